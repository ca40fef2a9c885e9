package dev.caravan.fetch;

/** A failure that another try cannot heal: 400, 401, 402, 403, 404, 410, a redirect, an answer beyond all bounds. */
public final class TerminalFailure extends VendorFailure {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason what happened, for a person
     * @param status the HTTP status, 0 when there was none
     */
    public TerminalFailure(String reason, int status) {
        super(reason, status, null);
    }
}
