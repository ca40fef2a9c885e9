package dev.caravan.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The currencies that CoinGecko quotes in. Fiat rates stand still; coins move. */
final class CoinGeckoCurrencies {
    private static final Map<String, Double> PER_DOLLAR = new LinkedHashMap<>();
    private static final Map<String, String> COINS = Map.of(
            "btc",
            "bitcoin",
            "eth",
            "ethereum",
            "bnb",
            "binancecoin",
            "xrp",
            "ripple",
            "sol",
            "solana",
            "ltc",
            "litecoin",
            "link",
            "chainlink",
            "dot",
            "polkadot");

    static {
        String rates = """
            usd 1 eur 0.86 gbp 0.76 jpy 156 chf 0.81 aud 1.53 cad 1.4 cny 7.11 krw 1470 inr 88.5 brl 5.35 mxn 18.4
            sgd 1.3 hkd 7.78 sek 9.5 nok 10.1 dkk 6.4 pln 3.65 try 42.4 zar 17.3 nzd 1.77 thb 32.4 aed 3.67 sar 3.75
            """;
        String[] parts = rates.strip().split("\\s+", -1);
        for (int i = 0; i < parts.length; i += 2) {
            PER_DOLLAR.put(parts[i], Double.parseDouble(parts[i + 1]));
        }
    }

    private final CoinGeckoCoins coins;

    CoinGeckoCurrencies(CoinGeckoCoins coins) {
        this.coins = coins;
    }

    /** The codes of all currencies. */
    static Set<String> codes() {
        Set<String> codes = new TreeSet<>(PER_DOLLAR.keySet());
        codes.addAll(COINS.keySet());
        return codes;
    }

    /** How much of a currency a dollar was worth at a moment in UNIX seconds; none for an unknown code. */
    Optional<Double> perDollar(String code, long epochSecond) {
        if (COINS.containsKey(code)) {
            return coins.find(COINS.get(code)).map(coin -> 1 / coin.price().level(epochSecond));
        }
        return Optional.ofNullable(PER_DOLLAR.get(code));
    }
}
