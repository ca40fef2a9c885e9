package dev.caravan.sandbox;

/**
 * Chance without state: every draw is a pure function of its key, so that the same question has the same answer in
 * every process and on every day.
 */
final class Chance {
    private static final long PRIME = 0x100000001b3L;
    private static final long OFFSET = 0xcbf29ce484222325L;
    /** The seed of the whole sandbox; another number would be another world. */
    private static final long SEED = 0x5eed_ca4a_7a4eL;

    private Chance() {}

    /** A well mixed 64-bit hash of {@code key}. */
    static long hash(String key) {
        long hash = OFFSET ^ SEED;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * PRIME;
        }
        return mix(hash);
    }

    /** A well mixed hash of a hash and a number, for instance of a series and a day. */
    static long hash(long seed, long number) {
        return mix(seed ^ (number * 0x9e3779b97f4a7c15L));
    }

    /** The number in [0, 1) that a hash stands for. */
    static double unit(long hash) {
        return (hash >>> 11) * 0x1.0p-53;
    }

    /** A number in [0, 1) for {@code key}. */
    static double unit(String key) {
        return unit(hash(key));
    }

    /** Whether the event named by {@code key}, of the given probability, happens. */
    static boolean happens(String key, double probability) {
        return unit(key) < probability;
    }

    /** A number in [low, high), all equally likely. */
    static double between(String key, double low, double high) {
        return low + (high - low) * unit(key);
    }

    /** A number in [low, high), all orders of magnitude equally likely; both bounds positive. */
    static double magnitude(String key, double low, double high) {
        return low * Math.pow(high / low, unit(key));
    }

    /** A whole number in [0, bound). */
    static int below(String key, int bound) {
        return (int) (unit(key) * bound);
    }

    private static long mix(long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
