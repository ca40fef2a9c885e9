package dev.caravan.ingest;

import java.util.Locale;

/** How a pull stands or ended. */
public enum PullStatus {
    /** It is going on. */
    RUNNING,
    /** All that was expected came. */
    SUCCESS,
    /** Something that was expected did not come; the rest is stored. */
    PARTIAL,
    /** The vendor answered, with nothing. */
    NO_DATA,
    /** No request was answered, or the rows could not be stored. */
    ERROR,
    /** The process died in the middle; it is not run again. */
    INTERRUPTED;

    /** @return the name in tables and answers */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
