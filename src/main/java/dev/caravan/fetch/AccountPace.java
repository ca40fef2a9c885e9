package dev.caravan.fetch;

import dev.caravan.settings.Rate;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** What this process knows of the pace of one vendor account. All times are those of {@link System#nanoTime}. */
final class AccountPace {
    /** So much lost time is made up for when requests come up; the slots are what holds the rate. */
    private static final long CATCHING_UP_NANOS = 500_000_000;

    private final ReentrantLock comingUp = new ReentrantLock(true);
    private final ReentrantLock inOrder = new ReentrantLock(true);
    private final LiveRequests live = new LiveRequests();
    private final Window all = new Window();
    private volatile Window sinceDegraded = new Window();
    private volatile long pausedUntil = System.nanoTime();
    private volatile long degradedUntil = System.nanoTime();
    private long turn = System.nanoTime();

    /** Held by the request whose turn comes next: the others wait behind it, first come, first served. */
    ReentrantLock comingUp() {
        return comingUp;
    }

    /** Held from the taking of a slot until the request is written. */
    ReentrantLock inOrder() {
        return inOrder;
    }

    /** @return the live requests of the account, for which those of history give way */
    LiveRequests live() {
        return live;
    }

    /**
     * Called by the holder of {@link #comingUp}.
     *
     * @param gap nanoseconds after the turn before
     * @return when the next turn is
     */
    long nextTurn(long gap) {
        long earliest = System.nanoTime() - CATCHING_UP_NANOS;
        turn = turn + gap - earliest > 0 ? turn + gap : earliest;
        return turn;
    }

    void waitForPause() {
        waitUntil(pausedUntil);
    }

    synchronized void pauseUntil(long nanoTime) {
        if (nanoTime - pausedUntil > 0) {
            pausedUntil = nanoTime;
        }
    }

    boolean degraded() {
        return degradedUntil - System.nanoTime() > 0;
    }

    /**
     * @param nanoTime until when all processes keep to the degraded rate; a time in the past when they need not
     */
    synchronized void degradedUntil(long nanoTime) {
        boolean before = degraded();
        degradedUntil = nanoTime;
        if (!before && degraded()) {
            sinceDegraded = new Window();
        }
    }

    /**
     * Waits until as many earlier requests as the window permits have left it. Called by the holder of {@link #inOrder}.
     *
     * @param full the rate of the account
     * @param degraded the rate that holds while it is degraded, counted from when this process knew
     * @param margin by how much a window is longer than the rate asks for
     */
    void waitForWindow(Rate full, Rate degraded, double margin) {
        all.await(full, margin);
        if (degraded()) {
            sinceDegraded.await(degraded, margin);
        }
    }

    /** Notes that a request has been written. Called by the holder of {@link #inOrder}. */
    void left() {
        long now = System.nanoTime();
        all.last.addLast(now);
        if (degraded()) {
            sinceDegraded.last.addLast(now);
        }
    }

    static void waitUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                throw stopped();
            }
            LockSupport.parkNanos(left);
        }
    }

    static TransientFailure stopped() {
        return new TransientFailure("stopped while waiting for its turn", 0, null, 0, null);
    }

    /** When the last requests left, as many as one window permits. */
    private static final class Window {
        private final ArrayDeque<Long> last = new ArrayDeque<>();

        void await(Rate rate, double margin) {
            while (last.size() > rate.permits()) {
                last.removeFirst();
            }
            if (last.size() == rate.permits()) {
                waitUntil(last.removeFirst() + (long) (rate.window().toNanos() * (1 + margin / 2)));
            }
        }
    }
}
