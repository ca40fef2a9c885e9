package dev.caravan.fetch;

import dev.caravan.settings.Secrets;
import java.util.Optional;

/** A request that a vendor did not answer as asked. Whether another try can help is told by the type. */
public abstract sealed class VendorFailure extends RuntimeException permits TransientFailure, TerminalFailure {
    private static final long serialVersionUID = 1L;

    private final int status;
    private String fragment;

    /**
     * @param reason what happened, for a person; masked here
     * @param status the HTTP status, 0 when there was none
     * @param cause what happened underneath, or null
     */
    VendorFailure(String reason, int status, Throwable cause) {
        super(Secrets.mask(reason), cause);
        this.status = status;
    }

    /**
     * @param text the beginning of an answer that could not be understood, for the quarantine
     * @return this
     */
    public VendorFailure holding(String text) {
        fragment = Secrets.mask(text);
        return this;
    }

    /** @return the beginning of an answer that could not be understood, or nothing */
    public Optional<String> fragment() {
        return Optional.ofNullable(fragment);
    }

    /** @return the HTTP status, 0 when there was none */
    public int status() {
        return status;
    }
}
