package dev.caravan.source.velo;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The instruments of coins at one venue, the main one of each coin first: the one that began first, by name where several
 * began at once. The main instrument's series have no product in their key, so that they stay the same series when the
 * venue lists another instrument of the coin; the others' have their own.
 */
final class VeloProducts {
    private final Map<String, List<String>> byCoin;

    private VeloProducts(Map<String, List<String>> byCoin) {
        this.byCoin = byCoin;
    }

    /** How the catalogue's answer names a pair among the vendor's names; the value is the pair's products. */
    static String pair(String coin, String exchange) {
        return coin + "@" + exchange;
    }

    /** What stands with a pair's begin: its first data, milliseconds since 1970 UTC. */
    static String begin(String pair) {
        return pair + "@begin";
    }

    /** What stands with a pair's end, where none of its products is traded any more: its last data, milliseconds. */
    static String end(String pair) {
        return pair + "@end";
    }

    /** The value that stands with a pair: its products, the main one first. */
    static String joined(Collection<String> products) {
        return String.join(" ", products);
    }

    /** The products of the coins at a venue, out of what the catalogue's answer named; none for a coin it did not name. */
    static VeloProducts of(Collection<String> coins, String exchange, Map<String, String> vendorNames) {
        Map<String, List<String>> byCoin = new HashMap<>();
        for (String coin : coins) {
            String products = vendorNames.get(pair(coin, exchange));
            if (products != null) {
                byCoin.put(coin, List.of(products.split(" ")));
            }
        }
        return new VeloProducts(byCoin);
    }

    /** As a request carries it in its subject: {@code BTC=BTCUSDT ETH=ETHUSDT+ETHPERP}. */
    String subject() {
        return byCoin.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + "=" + String.join("+", entry.getValue()))
                .collect(Collectors.joining(" "));
    }

    static VeloProducts ofSubject(String subject) {
        Map<String, List<String>> byCoin = new HashMap<>();
        for (String part : subject.split(" ")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                byCoin.put(
                        part.substring(0, equals),
                        List.of(part.substring(equals + 1).split("\\+")));
            }
        }
        return new VeloProducts(byCoin);
    }

    /** The products of some of the coins only. */
    VeloProducts of(Collection<String> coins) {
        Map<String, List<String>> some = new HashMap<>(byCoin);
        some.keySet().retainAll(coins);
        return new VeloProducts(some);
    }

    /**
     * What a series of an instrument has as its product.
     *
     * @param coin the coin
     * @param product the instrument that a row names
     * @param inAnswer the coin's instruments in the same answer
     * @return empty text for the main instrument, else its name; nothing where nobody can tell which one is the main one
     */
    Optional<String> keyed(String coin, String product, Set<String> inAnswer) {
        List<String> listed = byCoin.getOrDefault(coin, List.of());
        if (listed.size() <= 1 && inAnswer.size() == 1) {
            return Optional.of("");
        }
        if (listed.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(product.equals(listed.get(0)) ? "" : product);
    }
}
