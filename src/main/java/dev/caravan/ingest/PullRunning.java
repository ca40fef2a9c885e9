package dev.caravan.ingest;

/** The source is being pulled already, by this process or another one. */
public final class PullRunning extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param source the source
     */
    public PullRunning(String source) {
        super("a pull of " + source + " is running already");
    }
}
