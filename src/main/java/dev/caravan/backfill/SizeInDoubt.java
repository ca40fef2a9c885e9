package dev.caravan.backfill;

/** A window is left for later: so many of its size were refused in a row that their halves are tried first. */
final class SizeInDoubt extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SizeInDoubt() {
        super("windows of this size were refused", null, false, false);
    }
}
