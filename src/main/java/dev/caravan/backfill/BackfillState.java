package dev.caravan.backfill;

import java.util.Locale;

/** How an order of history stands. Only what is queued is begun by itself; all else goes on when it is told to. */
public enum BackfillState {
    /** Ordered, and not begun. */
    QUEUED,
    /** A process works on it. */
    RUNNING,
    /** Somebody has told it to pause. */
    PAUSED,
    /** Its process was stopped or died. */
    INTERRUPTED,
    /** Every window has been asked. */
    DONE,
    /** Every window has been asked, and some failed. */
    PARTIAL,
    /** It could not go on: the vendor was down, or refused the key. */
    FAILED,
    /** Somebody has given it up. */
    CANCELLED;

    /** @return the name in tables and answers */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BackfillState ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** @return whether it can go on, or begin again with what failed */
    public boolean canBeResumed() {
        return this == PAUSED || this == INTERRUPTED || this == PARTIAL || this == FAILED;
    }
}
