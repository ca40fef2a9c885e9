package dev.caravan.sandbox;

/**
 * The course of one value over time, computed for any moment in constant time: a few slow waves with hashed periods
 * and phases plus hashed noise, on a logarithmic scale around a base. It looks like a random walk, stays positive and
 * within a known band, and needs no history to be computed.
 */
final class ValuePath {
    private static final double DAY = 86_400;
    private static final long NODE_SECONDS = 3 * 3_600L;
    private static final double[] WEIGHTS = {0.52, 0.30, 0.12};
    private static final double[][] PERIOD_DAYS = {{520, 1_300}, {70, 210}, {8, 29}};
    private static final double NOISE_WEIGHT = 0.06;

    private final double base;
    private final double swing;
    private final long seed;
    private final double[] frequencies = new double[WEIGHTS.length];
    private final double[] phases = new double[WEIGHTS.length];

    /**
     * A path.
     *
     * @param key names the series; the same key has the same path
     * @param base the level it moves around, in the unit of the series
     * @param swing the widest deviation in natural logarithms, for instance 0.3 for a factor of 0.74 to 1.35
     */
    ValuePath(String key, double base, double swing) {
        this.base = base;
        this.swing = swing;
        this.seed = Chance.hash(key);
        for (int i = 0; i < WEIGHTS.length; i++) {
            double[] bounds = PERIOD_DAYS[i];
            double days = bounds[0] + (bounds[1] - bounds[0]) * Chance.unit(Chance.hash(seed, -1 - i));
            frequencies[i] = 2 * Math.PI / days;
            phases[i] = 2 * Math.PI * Chance.unit(Chance.hash(seed, -101 - i));
        }
    }

    /** The level at a moment, in UNIX seconds UTC; moves smoothly within hours. */
    double level(long epochSecond) {
        long node = Math.floorDiv(epochSecond, NODE_SECONDS);
        double share = (epochSecond - node * NODE_SECONDS) / (double) NODE_SECONDS;
        double noise = noise(node) * (1 - share) + noise(node + 1) * share;
        return base * Math.exp(swing * (waves(epochSecond / DAY) + NOISE_WEIGHT * noise));
    }

    /**
     *      * The amount of one UTC day, given as days since 1970-01-01; neighbouring days differ by tens of percent and
     * weekends are quieter. Rounded to whole units, small amounts to cents, so that sums of days equal sums of what is
     * served.
     */
    double onDay(long epochDay) {
        long weekday = Math.floorMod(epochDay + 3, 7L);
        double week = weekday >= 5 ? 0.82 : 1.0;
        return rounded(base * week * Math.exp(swing * waves((double) epochDay) + 0.22 * noise(epochDay)));
    }

    /** The signed amount of one UTC day, at most {@code base} in size, about as often negative as positive. */
    double signedOnDay(long epochDay) {
        double noise = noise(epochDay);
        return base * noise * Math.abs(noise) * Math.exp(swing * waves((double) epochDay) - swing);
    }

    /** The highest level that this path can ever reach. */
    double ceiling() {
        return base * Math.exp(swing);
    }

    /** The lowest level that this path can ever reach. */
    double floor() {
        return base * Math.exp(-swing);
    }

    /** Whole units from 100 upwards, cents below, as the vendors round their daily amounts. */
    static double rounded(double value) {
        return Math.abs(value) >= 100 ? Math.rint(value) : Math.rint(value * 100) / 100;
    }

    private double waves(double day) {
        double sum = 0;
        for (int i = 0; i < WEIGHTS.length; i++) {
            sum += WEIGHTS[i] * Math.sin(frequencies[i] * day + phases[i]);
        }
        return sum;
    }

    /** Noise in [-1, 1) for a numbered node. */
    private double noise(long node) {
        return 2 * Chance.unit(Chance.hash(seed, node)) - 1;
    }
}
