package dev.caravan.backfill;

/** An order cannot be begun, because it or another one of its kind at the same source is under way. */
public final class BackfillRunning extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message says which one is under way
     */
    public BackfillRunning(String message) {
        super(message);
    }
}
