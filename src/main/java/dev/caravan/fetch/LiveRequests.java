package dev.caravan.fetch;

import java.util.concurrent.TimeUnit;

/**
 * Whether live requests of a vendor account want its slots, here or in another process: as long as they do, requests of
 * history take none. All times are those of {@link System#nanoTime}.
 */
final class LiveRequests {
    /** How long a request of history waits at most before it looks whether it is still wanted. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private int waiting;
    private long expectedUntil = System.nanoTime();

    /** A live request begins to wait; {@link #goes} is called when it no longer does. */
    synchronized void comes() {
        waiting++;
    }

    /** A live request no longer waits. */
    synchronized void goes() {
        waiting--;
        notifyAll();
    }

    /**
     * @param nanoTime until when another live request is likely to come; a later time that is known already stays
     */
    synchronized void expectUntil(long nanoTime) {
        if (nanoTime - expectedUntil > 0) {
            expectedUntil = nanoTime;
        }
    }

    /** @return whether the account's next slots are for live requests */
    synchronized boolean want() {
        return waiting > 0 || expectedUntil - System.nanoTime() > 0;
    }

    /**
     * Waits until no live request wants a slot.
     *
     * @param admit asked at least once a second; what it throws ends the waiting
     */
    void giveWay(Runnable admit) {
        while (want()) {
            admit.run();
            look();
        }
    }

    private synchronized void look() {
        long left = waiting > 0 ? LOOK_NANOS : Math.min(LOOK_NANOS, expectedUntil - System.nanoTime());
        if (left > 0) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw AccountPace.stopped();
            }
        }
    }
}
