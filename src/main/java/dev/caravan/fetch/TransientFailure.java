package dev.caravan.fetch;

import java.time.Duration;

/** A failure that can heal: the network, 408, 429, 5xx, an answer that was cut off or is not what it should be. */
public final class TransientFailure extends VendorFailure {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;
    private final int retries;

    /**
     * @param reason what happened, for a person
     * @param status the HTTP status, 0 when there was none
     * @param retryAfter how long the vendor asks to wait, or null
     * @param retries how often this failure may be retried at most; the general bound holds as well
     * @param cause what happened underneath, or null
     */
    public TransientFailure(String reason, int status, Duration retryAfter, int retries, Throwable cause) {
        super(reason, status, cause);
        this.retryAfter = retryAfter;
        this.retries = retries;
    }

    /** @return how long the vendor asks to wait, or null */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** @return how often this failure may be retried at most */
    public int retries() {
        return retries;
    }
}
