package dev.caravan.fetch;

/**
 * What a request belongs to, such as a pull: the variable {@code pull} of its route. It can end before all its requests
 * have left.
 */
public interface Asking {
    /**
     * Lets a request through. Asked before a request waits for its turn, when it is the next to wait, and once more when its
     * slot has come.
     *
     * @param request what is to be asked
     * @throws TerminalFailure when it is not to be asked, or nothing more is; the message begins with {@code not asked}
     */
    void admit(VendorRequest request);

    /** @return whether a request that failed is worth another try; not when the vendor is likely to be down */
    boolean isWorthAnotherTry();

    /**
     * @return whether its requests are live ones, for which requests of history give way; {@code false} for history, which
     *     takes the slots that no live request of the account wants
     */
    default boolean isLive() {
        return true;
    }
}
