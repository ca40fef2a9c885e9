package dev.caravan.backfill;

import java.util.Locale;

/** Why history is read. */
public enum BackfillKind {
    /** Because somebody ordered a time of it, or the source had none. */
    BACKFILL,
    /** Because buckets are missing: only these are asked for. */
    REPAIR,
    /** Because vendors correct their last days: each series is read again as far back as the catalogue says. */
    REFRESH;

    /** @return the name in tables and answers */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BackfillKind ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
