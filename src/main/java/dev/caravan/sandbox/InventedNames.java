package dev.caravan.sandbox;

import java.util.List;
import java.util.Locale;

/** Names for what the sandbox makes up around the configured ids: pronounceable, unique per number, always the same. */
final class InventedNames {
    private static final List<String> HEADS = List.of(
            "Al", "Bre", "Cor", "Dra", "El", "Fen", "Gor", "Hal", "Ith", "Jor", "Kel", "Lum", "Mor", "Nim", "Or", "Pel",
            "Qua", "Ril", "Sol", "Tar", "Um", "Ver", "Wyn", "Xan", "Yor", "Zen");
    private static final List<String> MIDDLES = List.of(
            "a", "e", "i", "o", "u", "ari", "eno", "ilo", "ora", "une", "ast", "end", "isk", "ond", "ulm", "ath");
    private static final List<String> TAILS =
            List.of("dex", "fi", "ra", "nova", "lis", "mar", "tia", "vex", "zar", "ton", "quill", "bro", "den", "phi");
    private static final List<String> WORDS = List.of(
            "liquidity",
            "vault",
            "yield",
            "strategy",
            "users",
            "assets",
            "collateral",
            "rewards",
            "governance",
            "pool",
            "trading",
            "stable",
            "markets",
            "lending",
            "automated",
            "cross-chain",
            "native",
            "permissionless",
            "token",
            "incentives",
            "deposits",
            "leverage",
            "on-chain",
            "settlement",
            "bridge",
            "risk",
            "optimised",
            "decentralised");

    private InventedNames() {}

    /** The name with the given number; different numbers below five thousand give different names. */
    static String name(int number) {
        int combinations = HEADS.size() * MIDDLES.size() * TAILS.size();
        // 2,003 is prime and shares no factor with the count, so neighbours look unlike and nothing repeats.
        int scattered = (int) Math.floorMod(number * 2_003L, (long) combinations);
        String name = HEADS.get(scattered % HEADS.size())
                + MIDDLES.get(scattered / HEADS.size() % MIDDLES.size())
                + TAILS.get(scattered / (HEADS.size() * MIDDLES.size()));
        int round = number / combinations;
        return round == 0 ? name : name + " " + (round + 1);
    }

    /** A vendor-style slug: lower case, spaces as hyphens, apostrophes dropped. */
    static String slug(String name) {
        return name.toLowerCase(Locale.ROOT).replace("'", "").replace(' ', '-');
    }

    /** A ticker of three to five capitals. */
    static String symbol(String name) {
        String letters = name.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT);
        int length = 3 + Chance.below("symbol length/" + name, 3);
        return letters.length() <= length ? letters : letters.substring(0, length);
    }

    /** A sentence about {@code name} of about {@code words} words. */
    static String description(String name, int words) {
        long seed = Chance.hash("description/" + name);
        StringBuilder text = new StringBuilder(name).append(" is a protocol for");
        for (int i = 0; i < words; i++) {
            text.append(' ').append(WORDS.get((int) (Chance.unit(Chance.hash(seed, i)) * WORDS.size())));
        }
        return text.append('.').toString();
    }

    /** An Ethereum-style address of forty hexadecimal digits. */
    static String address(String name) {
        long seed = Chance.hash("address/" + name);
        return String.format(
                Locale.ROOT,
                "0x%016x%016x%08x",
                Chance.hash(seed, 1),
                Chance.hash(seed, 2),
                Chance.hash(seed, 3) & 0xffff_ffffL);
    }
}
