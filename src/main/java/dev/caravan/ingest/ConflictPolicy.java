package dev.caravan.ingest;

/** What a batch does with values that are stored already. */
public enum ConflictPolicy {
    /** Values of ended buckets stay; open ones that have ended since are finished. The default of backfills. */
    KEEP,
    /** The new value stands; the old one is kept as a revision when its bucket had ended. Live pulls and tail refresh. */
    REVISE
}
