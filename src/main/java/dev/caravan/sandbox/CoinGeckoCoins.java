package dev.caravan.sandbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** All coins: well-known ones, those configured but for three, and invented ones up to the vendor's number. */
final class CoinGeckoCoins {
    private static final int COUNT = 17_900;
    private static final int UNKNOWN_IDS = 3;

    /** id|ticker|name|price in USD|supply|most that there can be, a dash when unlimited. */
    private static final String KNOWN = """
        bitcoin|btc|Bitcoin|90000|21000000|21000000
        ethereum|eth|Ethereum|3000|121000000|-
        tether|usdt|Tether|1|187000000000|-
        binancecoin|bnb|BNB|870|138000000|200000000
        ripple|xrp|XRP|2.1|60500000000|100000000000
        usd-coin|usdc|USDC|1|75600000000|-
        solana|sol|Solana|135|560000000|-
        tron|trx|TRON|0.28|94700000000|-
        staked-ether|steth|Lido Staked Ether|2998|8600000|-
        dogecoin|doge|Dogecoin|0.15|168000000000|-
        cardano|ada|Cardano|0.42|36000000000|45000000000
        hyperliquid|hype|Hyperliquid|34|334000000|1000000000
        chainlink|link|Chainlink|13.2|697000000|1000000000
        stellar|xlm|Stellar|0.24|32300000000|50001806812
        monero|xmr|Monero|390|18446744|-
        zcash|zec|Zcash|420|16400000|21000000
        litecoin|ltc|Litecoin|84|76600000|84000000
        avalanche-2|avax|Avalanche|14|429000000|715748719
        sui|sui|Sui|1.5|3740000000|10000000000
        shiba-inu|shib|Shiba Inu|0.0000083|589000000000000|-
        the-open-network|ton|Toncoin|1.6|2450000000|-
        polkadot|dot|Polkadot|2.2|1650000000|2100000000
        uniswap|uni|Uniswap|5.9|630000000|1000000000
        aave|aave|Aave|180|15200000|16000000
        near|near|NEAR Protocol|1.7|1280000000|-
        bittensor|tao|Bittensor|270|10500000|21000000
        internet-computer|icp|Internet Computer|3.6|545000000|-
        pepe|pepe|Pepe|0.0000044|420690000000000|420690000000000
        ethereum-classic|etc|Ethereum Classic|12.6|155000000|210700000
        ondo-finance|ondo|Ondo|0.45|3160000000|10000000000
        aptos|apt|Aptos|1.9|750000000|-
        arbitrum|arb|Arbitrum|0.2|5700000000|10000000000
        optimism|op|Optimism|0.3|1940000000|4294967296
        cosmos|atom|Cosmos Hub|2.2|484000000|-
        filecoin|fil|Filecoin|1.4|730000000|1957000000
        bonk|bonk|Bonk|0.0000089|82700000000000|88800000000000
        dai|dai|Dai|1|5360000000|-
        frax|frax|Frax|0.999|270000000|-
        pax-gold|paxg|PAX Gold|4180|370000|-
        lido-dao|ldo|Lido DAO|0.6|895000000|1000000000
        maker|mkr|Maker|1500|870000|1005577
        ethena|ena|Ethena|0.25|7500000000|15000000000
        worldcoin-wld|wld|Worldcoin|0.6|2400000000|10000000000
        """;

    private static final Set<String> STEADY = Set.of("usdt", "usdc", "dai", "frax");

    private final Map<String, CoinGeckoCoin> byId = new LinkedHashMap<>();
    private final AtomicReference<Ranking> ranking = new AtomicReference<>();

    /** The coins around the configured rows. */
    CoinGeckoCoins(List<Map<String, String>> configured) {
        for (String line : KNOWN.lines().toList()) {
            CoinGeckoCoin coin = known(line.split("\\|", -1));
            byId.put(coin.id(), coin);
        }
        // Well-known coins stay known; of the others, those with a doubtful note first, a few ids are wrong or retired.
        List<Map<String, String>> others = configured.stream()
                .filter(row -> !byId.containsKey(row.get("id")))
                .sorted(Comparator.comparing((Map<String, String> row) ->
                                !row.getOrDefault("note", "").startsWith("unverified"))
                        .thenComparing(row -> Chance.hash("coin retired/" + row.get("id"))))
                .toList();
        Set<String> unknown = new HashSet<>();
        others.stream().limit(UNKNOWN_IDS).forEach(row -> unknown.add(row.get("id")));
        for (int i = unknown.size(); i < others.size(); i++) {
            // The one after those that are gone altogether is listed, but no longer traded.
            CoinGeckoCoin coin = configured(others.get(i), i == unknown.size());
            byId.put(coin.id(), coin);
        }
        for (int number = 0; byId.size() < COUNT; number++) {
            CoinGeckoCoin coin = invented(number);
            if (!unknown.contains(coin.id())) {
                byId.putIfAbsent(coin.id(), coin);
            }
        }
    }

    /** All coins, in no order. */
    Collection<CoinGeckoCoin> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /** The coin of that id. */
    Optional<CoinGeckoCoin> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /**
     * The coins of an hour by market capitalisation.
     *
     * @param hourSecond the hour in UNIX seconds
     * @param coins all coins, the largest first
     * @param places the place of each id in {@code coins}, from 1
     */
    record Ranking(long hourSecond, List<CoinGeckoCoin> coins, Map<String, Integer> places) {}

    /** The ranking at an hour, kept until another hour is asked for. */
    Ranking ranking(long hourSecond) {
        Ranking kept = ranking.get();
        if (kept != null && kept.hourSecond() == hourSecond) {
            return kept;
        }
        Map<String, Double> sizes = new LinkedHashMap<>();
        for (CoinGeckoCoin coin : byId.values()) {
            sizes.put(coin.id(), coin.marketCap(coin.latest(hourSecond)));
        }
        List<CoinGeckoCoin> sorted = new ArrayList<>(byId.values());
        sorted.sort(Comparator.comparingDouble((CoinGeckoCoin coin) -> -sizes.get(coin.id())));
        Map<String, Integer> places = new LinkedHashMap<>();
        for (CoinGeckoCoin coin : sorted) {
            places.put(coin.id(), places.size() + 1);
        }
        Ranking made = new Ranking(hourSecond, Collections.unmodifiableList(sorted), places);
        ranking.set(made);
        return made;
    }

    private static CoinGeckoCoin known(String[] parts) {
        double swing = STEADY.contains(parts[1]) ? 0.001 : parts[0].equals("bitcoin") ? 0.28 : 0.4;
        return new CoinGeckoCoin(
                parts[0],
                parts[1],
                parts[2],
                Double.parseDouble(parts[3]),
                swing,
                Double.parseDouble(parts[4]),
                parts[5].equals("-") ? 0 : Double.parseDouble(parts[5]),
                true,
                false);
    }

    private static CoinGeckoCoin configured(Map<String, String> row, boolean dead) {
        String id = row.get("id");
        return made(id, row.getOrDefault("symbol", id), row.getOrDefault("name", id), 5e6, 3e9, dead);
    }

    private static CoinGeckoCoin invented(int number) {
        String name = InventedNames.name(number);
        String id = InventedNames.slug(name);
        return made(id, InventedNames.symbol(name), name, 2e3, 4e8, false);
    }

    private static CoinGeckoCoin made(
            String id, String symbol, String name, double smallest, double largest, boolean dead) {
        double worth = Chance.magnitude("coin worth/" + id, smallest, largest);
        double price = Chance.magnitude("coin unit/" + id, 1e-6, 40);
        double supply = Math.rint(worth / price);
        boolean unlimited = Chance.happens("coin unlimited/" + id, 0.41);
        return new CoinGeckoCoin(
                id,
                symbol.toLowerCase(Locale.ROOT),
                name,
                price,
                Chance.between("coin swing/" + id, 0.3, 0.8),
                Chance.happens("coin unknown supply/" + id, 0.03) ? 0 : supply,
                unlimited ? 0 : Math.rint(supply * Chance.between("coin cap/" + id, 1, 3)),
                !Chance.happens("coin unknown total/" + id, 0.05),
                dead);
    }
}
