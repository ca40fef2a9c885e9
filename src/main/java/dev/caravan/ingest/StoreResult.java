package dev.caravan.ingest;

/**
 * What became of a batch.
 *
 * @param newRows observations that were not there before
 * @param changedRows observations whose value was replaced
 * @param unchangedRows observations that were there already (a bucket that ended with its value unchanged counts here)
 * @param written rows that were written: new, changed, and those whose bucket has ended since
 */
public record StoreResult(long newRows, long changedRows, long unchangedRows, long written) {
    /** Nothing stored. */
    public static final StoreResult NONE = new StoreResult(0, 0, 0, 0);

    /**
     * @param other another batch's result
     * @return both added
     */
    public StoreResult plus(StoreResult other) {
        return new StoreResult(
                newRows + other.newRows,
                changedRows + other.changedRows,
                unchangedRows + other.unchangedRows,
                written + other.written);
    }
}
