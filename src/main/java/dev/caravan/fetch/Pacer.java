package dev.caravan.fetch;

import dev.caravan.database.Statements;
import dev.caravan.settings.Rate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Holds the permitted rate of a vendor account in every sliding window, over all processes of this database.
 *
 * <p>Two steps. {@link #approach} lets the requests of this process come up one by one, so that they do not hold
 * connections while they wait. {@link #depart} is called when the connection is open and the request is about to be
 * written: one request at a time takes the account's next free slot from the database and waits for it. Slots are evenly
 * spaced, a little wider than the rate asks for. A request that finds itself late, because the process was held up, takes a
 * new slot; and none leaves before as many earlier ones as the window permits have left the window. A hiccup thus never
 * turns into a burst at the vendor's door.
 */
public final class Pacer {
    /** How long before its turn a request goes on to get its connection. */
    private static final long HEAD_START_NANOS = 50_000_000;

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Accounts accounts;
    private final double margin;
    private final Map<String, Account> states = new ConcurrentHashMap<>();

    /**
     * @param database where the slots are kept
     * @param statements the SQL of {@code sql/ingest}
     * @param accounts the permitted rates
     * @param margin by how much slots are spaced wider than the rate asks for, such as 0.025
     */
    public Pacer(NamedParameterJdbcTemplate database, Statements statements, Accounts accounts, double margin) {
        this.database = database;
        this.statements = statements;
        this.accounts = accounts;
        this.margin = margin;
    }

    /**
     * Waits until just before a request's turn, as far as this process can tell.
     *
     * @param account the vendor account
     */
    public void approach(String account) {
        long gap = (long) (accounts.rate(account).gapSeconds() * (1 + margin) * 1e9);
        waitUntil(state(account).nextTurn(gap) - HEAD_START_NANOS);
    }

    /**
     * Waits for the account's next slot. Called with the connection open, as the last thing before the request is written.
     * Until the departure is closed no other request of the account leaves this process.
     *
     * @param account the vendor account
     * @return to be told when the request has been written
     */
    Departure depart(String account) {
        Account state = state(account);
        Rate rate = accounts.rate(account);
        state.inOrder.lock();
        boolean ready = false;
        try {
            waitUntil(state.pausedUntil);
            state.waitForWindow(rate, margin);
            long late = (long) (rate.window().toNanos() * margin / 2);
            long slot = reserve(account, rate);
            waitUntil(slot);
            while (System.nanoTime() - slot > late) {
                slot = reserve(account, rate);
                waitUntil(slot);
            }
            ready = true;
            return new Departure(state);
        } finally {
            if (!ready) {
                state.inOrder.unlock();
            }
        }
    }

    /** Takes the next slot of the account, on the clock of {@link System#nanoTime}. */
    private long reserve(String account, Rate rate) {
        Long micros = database.queryForObject(
                statements.text("ingest/reserve-slot"),
                Map.of(
                        "account",
                        account,
                        "gap",
                        rate.gapSeconds() * (1 + margin),
                        "tolerance",
                        rate.window().toNanos() / 1e9 * margin / 4),
                Long.class);
        return System.nanoTime() + (micros == null ? 0 : micros * 1_000);
    }

    /**
     * The vendor asked for silence: nobody who shares the account asks before it has passed.
     *
     * @param account the vendor account
     * @param pause how long
     */
    public void pause(String account, Duration pause) {
        state(account).pauseUntil(System.nanoTime() + pause.toNanos());
        database.update(
                statements.text("ingest/pause-account"), Map.of("account", account, "pause", pause.toNanos() / 1e9));
    }

    private Account state(String account) {
        return states.computeIfAbsent(account, name -> new Account());
    }

    private static void waitUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new TransientFailure("stopped while waiting for its turn", 0, null, 0, null);
            }
            LockSupport.parkNanos(left);
        }
    }

    /** A request that is leaving. */
    static final class Departure implements AutoCloseable {
        private final Account account;
        private boolean left;

        private Departure(Account account) {
            this.account = account;
        }

        /** The request has been written: the next one may take its slot. */
        void left() {
            if (!left) {
                left = true;
                account.last.addLast(System.nanoTime());
                account.inOrder.unlock();
            }
        }

        @Override
        public void close() {
            left();
        }
    }

    /** What this process knows of one account. */
    private static final class Account {
        private final ReentrantLock inOrder = new ReentrantLock(true);
        /** When the last requests left, as many as one window permits. */
        private final ArrayDeque<Long> last = new ArrayDeque<>();

        private volatile long pausedUntil = System.nanoTime();
        private long turn = System.nanoTime();

        synchronized long nextTurn(long gap) {
            long now = System.nanoTime();
            turn = turn + gap - now > 0 ? turn + gap : now;
            return turn;
        }

        synchronized void pauseUntil(long nanoTime) {
            if (nanoTime - pausedUntil > 0) {
                pausedUntil = nanoTime;
            }
        }

        void waitForWindow(Rate rate, double margin) {
            while (last.size() > rate.permits()) {
                last.removeFirst();
            }
            if (last.size() == rate.permits()) {
                waitUntil(last.removeFirst() + (long) (rate.window().toNanos() * (1 + margin / 2)));
            }
        }
    }
}
