package dev.caravan.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All stablecoins: well-known ones, those configured, and invented ones up to the vendor's number. */
final class DefiLlamaStablecoins {
    private static final int COUNT = 322;
    private static final int FIRST_INVENTED_ID = 60;

    /** id|name|ticker|CoinGecko id|peg|mechanism|supply in coins|price in USD. */
    private static final String KNOWN = """
        1|Tether|USDT|tether|peggedUSD|fiat-backed|187000000000|1
        2|USD Coin|USDC|usd-coin|peggedUSD|fiat-backed|75600000000|1
        209|Sky Dollar|USDS|usds|peggedUSD|crypto-backed|6700000000|1
        146|Ethena USDe|USDe|ethena-usde|peggedUSD|crypto-backed|6300000000|1
        5|Dai|DAI|dai|peggedUSD|crypto-backed|4490000000|1
        120|PayPal USD|PYUSD|paypal-usd|peggedUSD|fiat-backed|3600000000|1
        246|Falcon USD|USDf|falcon-finance|peggedUSD|crypto-backed|2050000000|0.997
        250|Ripple USD|RLUSD|ripple-usd|peggedUSD|fiat-backed|1350000000|1
        129|Ondo US Dollar Yield|USDY|ondo-us-dollar-yield|peggedUSD|fiat-backed|600000000|1.11
        197|Resolv USD|USR|resolv-usr|peggedUSD|crypto-backed|150000000|0.998
        205|Agora Dollar|AUSD|agora-dollar|peggedUSD|fiat-backed|120000000|1
        168|fxUSD|fxUSD|f-x-protocol-usd|peggedUSD|crypto-backed|60000000|1
        10|Magic Internet Money|MIM|magic-internet-money|peggedUSD|crypto-backed|40000000|0.998
        185|Gyroscope GYD|GYD|gyroscope-gyd|peggedUSD|crypto-backed|26500000|1
        24|Celo Dollar|CUSD|celo-dollar|peggedUSD|algorithmic|15400000|1
        26|mStable USD|MUSD|musd|peggedUSD|crypto-backed|3200000|1
        52|Celo Euro|CEUR|celo-euro|peggedEUR|algorithmic|4300000|1.16
        199|Celo Real|CREAL|celo-real-creal|peggedREAL|crypto-backed|3900000|0.18
        50|EURC|EURC|euro-coin|peggedEUR|fiat-backed|300000000|1.16
        40|Rai Reflex Index|RAI|rai|peggedVAR|crypto-backed|400000|3.01
        122|GYEN|GYEN|gyen|peggedJPY|fiat-backed|1480000000|0.0065
        """;

    private static final List<String> OTHER_PEGS =
            List.of("peggedEUR", "peggedGBP", "peggedCHF", "peggedJPY", "peggedSGD", "peggedVAR");

    private final DefiLlamaChains chains;
    private final List<DefiLlamaStablecoin> all;

    /** The stablecoins around the configured rows that have a {@code stablecoin_id}. */
    DefiLlamaStablecoins(List<Map<String, String>> configured, DefiLlamaChains chains) {
        this.chains = chains;
        Map<String, DefiLlamaStablecoin> byId = new LinkedHashMap<>();
        for (String line : KNOWN.lines().toList()) {
            DefiLlamaStablecoin coin = known(line.split("\\|", -1));
            byId.put(coin.id(), coin);
        }
        for (Map<String, String> row : configured) {
            String id = row.getOrDefault("stablecoin_id", "");
            if (!id.isBlank()) {
                byId.computeIfAbsent(id, unused -> configured(id, row));
            }
        }
        for (int number = FIRST_INVENTED_ID; byId.size() < COUNT; number++) {
            byId.computeIfAbsent(Integer.toString(number), this::invented);
        }
        all = Collections.unmodifiableList(new ArrayList<>(byId.values()));
    }

    /** All of them, in no order. */
    List<DefiLlamaStablecoin> all() {
        return all;
    }

    /** The stablecoin with that number. */
    Optional<DefiLlamaStablecoin> find(String id) {
        return all.stream().filter(coin -> coin.id().equals(id)).findFirst();
    }

    private DefiLlamaStablecoin known(String[] parts) {
        return new DefiLlamaStablecoin(
                parts[0],
                parts[1],
                parts[2],
                parts[3],
                parts[4],
                parts[5],
                Double.parseDouble(parts[6]),
                Double.parseDouble(parts[7]),
                chainsOf(parts[0]),
                true);
    }

    private DefiLlamaStablecoin configured(String id, Map<String, String> row) {
        String name = row.getOrDefault("name", "Stablecoin " + id);
        String geckoId = row.getOrDefault("gecko_id", "");
        return new DefiLlamaStablecoin(
                id,
                name,
                InventedNames.symbol(name),
                geckoId.isBlank() ? null : geckoId,
                "peggedUSD",
                "crypto-backed",
                Chance.magnitude("stablecoin size/" + id, 1e6, 5e8),
                1,
                chainsOf(id),
                true);
    }

    private DefiLlamaStablecoin invented(String id) {
        String key = "stablecoin/" + id;
        String name = InventedNames.name(Integer.parseInt(id) * 5) + " Dollar";
        boolean dollar = Chance.happens(key + "/dollar", 0.82);
        String peg = dollar ? "peggedUSD" : OTHER_PEGS.get(Chance.below(key + "/peg", OTHER_PEGS.size()));
        // Three letters and "USD" collide now and then, as tickers do.
        String symbol = Chance.happens(key + "/copy", 0.1)
                ? "USDM"
                : InventedNames.symbol(name).substring(0, 2) + "USD";
        return new DefiLlamaStablecoin(
                id,
                name,
                symbol,
                Chance.happens(key + "/coin", 0.25) ? null : InventedNames.slug(name),
                peg,
                Chance.happens(key + "/fiat", 0.5) ? "fiat-backed" : "crypto-backed",
                Math.rint(Chance.magnitude(key + "/size", 2e3, 3e8)),
                target(peg),
                chainsOf(id),
                !Chance.happens(key + "/unpriced", 0.14));
    }

    private static double target(String peg) {
        return switch (peg) {
            case "peggedEUR" -> 1.16;
            case "peggedGBP" -> 1.31;
            case "peggedCHF" -> 1.24;
            case "peggedJPY" -> 0.0065;
            case "peggedSGD" -> 0.77;
            default -> 1;
        };
    }

    private List<DefiLlamaChain> chainsOf(String id) {
        int count =
                id.equals("1") || id.equals("2") ? 90 : 1 + (int) (22 * Math.pow(Chance.unit("peg chains/" + id), 3));
        return chains.bySize().subList(0, count);
    }
}
