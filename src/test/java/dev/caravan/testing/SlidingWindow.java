package dev.caravan.testing;

/** Counts instants in sliding windows, as a vendor does that limits the rate. */
public final class SlidingWindow {
    private SlidingWindow() {}

    /**
     * @param sorted instants on any clock, ascending
     * @param length length of the window on the same clock
     * @return the largest number of instants in any window of the length
     */
    public static int most(long[] sorted, long length) {
        int most = 0;
        int from = 0;
        for (int to = 0; to < sorted.length; to++) {
            while (sorted[to] - sorted[from] >= length) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }
}
