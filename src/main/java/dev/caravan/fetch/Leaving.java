package dev.caravan.fetch;

/**
 * A request on its way from the route to the HTTP client, which knows nothing of routes. Camel's HTTP component asks in the
 * thread of the route, so the thread carries it. Taken once: a request that the route did not announce is not sent.
 */
final class Leaving {
    private static final ThreadLocal<Leaving> HERE = new ThreadLocal<>();

    private final String account;
    private final boolean live;
    private final Runnable admit;
    private final Runnable lastCheck;

    private Leaving(String account, boolean live, Runnable admit, Runnable lastCheck) {
        this.account = account;
        this.live = live;
        this.admit = admit;
        this.lastCheck = lastCheck;
    }

    /**
     * @param account the vendor account
     * @param live whether it is a live request; one of history gives way to those
     * @param admit called now and then while it gives way; it throws when the request is not to leave any more
     * @param lastCheck called when the slot has come, as the last thing before the request is written; it throws when the
     *     request is not to leave
     */
    static void announce(String account, boolean live, Runnable admit, Runnable lastCheck) {
        HERE.set(new Leaving(account, live, admit, lastCheck));
    }

    /** @return what this thread is about to send; null when it was not announced */
    static Leaving take() {
        Leaving leaving = HERE.get();
        HERE.remove();
        return leaving;
    }

    /**
     * Waits for its slot, {@link Pacer#depart}.
     *
     * @param pacer gives it
     * @return to be told when the request has been written
     */
    Pacer.Departure depart(Pacer pacer) {
        return live ? pacer.depart(account) : pacer.departAfterLive(account, admit);
    }

    void check() {
        lastCheck.run();
    }
}
