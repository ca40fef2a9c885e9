package dev.caravan.fetch;

/** A failure that another try cannot heal: 400, 401, 402, 403, 404, 410, a redirect, an answer beyond all bounds. */
public final class TerminalFailure extends VendorFailure {
    private static final long serialVersionUID = 1L;

    private final boolean notAsked;

    /**
     * @param reason what happened, for a person
     * @param status the HTTP status, 0 when there was none
     */
    public TerminalFailure(String reason, int status) {
        this(reason, status, false);
    }

    private TerminalFailure(String reason, int status, boolean notAsked) {
        super(reason, status, null);
        this.notAsked = notAsked;
    }

    /**
     * @param reason why nothing more is to be asked, for a person
     * @return the failure of a request that did not leave
     */
    public static TerminalFailure notAsked(String reason) {
        return new TerminalFailure("not asked: " + reason, 0, true);
    }

    /**
     * @param status the HTTP status by which others like it were refused
     * @return the failure of a request that did not leave, because it would be refused as they were
     */
    public static TerminalFailure tooLarge(int status) {
        return new TerminalFailure("not asked: others of its size were too large", status, true);
    }

    /** @return whether the request did not leave */
    public boolean isNotAsked() {
        return notAsked;
    }
}
