package dev.caravan.backfill;

import java.util.Locale;

/** What is to be said of one bucket of a series. */
public enum BucketState {
    /** There is a value, and the bucket had ended when it was read. */
    COMPLETE,
    /** There is a value from before the bucket's end. */
    PARTIAL,
    /** The vendor was asked after the value had settled, and has none. */
    KNOWN_EMPTY,
    /** There should be a value, and nobody has asked for it. */
    MISSING,
    /** There need not be one: a holiday, a time outside of the series' life, or one that has not settled. */
    NOT_EXPECTED;

    /** @return the name in answers */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
