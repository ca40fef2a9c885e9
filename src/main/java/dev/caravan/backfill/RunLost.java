package dev.caravan.backfill;

/** A run that has lost its order: it was begun again by another process while this one could not reach the database. */
final class RunLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunLost(int backfill) {
        super("backfill " + backfill + " goes on in another process");
    }
}
