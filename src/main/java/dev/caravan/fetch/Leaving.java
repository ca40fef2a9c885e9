package dev.caravan.fetch;

/**
 * A request on its way from the route to the HTTP client, which knows nothing of routes. Camel's HTTP component asks in the
 * thread of the route, so the thread carries it. Taken once: a request that the route did not announce is not sent.
 */
final class Leaving {
    private static final ThreadLocal<Leaving> HERE = new ThreadLocal<>();

    private final String account;
    private final Runnable lastCheck;

    private Leaving(String account, Runnable lastCheck) {
        this.account = account;
        this.lastCheck = lastCheck;
    }

    /**
     * @param account the vendor account
     * @param lastCheck called when the slot has come, as the last thing before the request is written; it throws when the
     *     request is not to leave
     */
    static void announce(String account, Runnable lastCheck) {
        HERE.set(new Leaving(account, lastCheck));
    }

    /** @return what this thread is about to send; null when it was not announced */
    static Leaving take() {
        Leaving leaving = HERE.get();
        HERE.remove();
        return leaving;
    }

    String account() {
        return account;
    }

    void check() {
        lastCheck.run();
    }
}
