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
 * <p>Two steps. {@link #reserve} takes the account's next free slot from the database and waits until just before it:
 * slots are evenly spaced, a little wider than the rate asks for. {@link #depart} is called when the connection is open
 * and the request is about to be written: it waits for the slot to the microsecond, and, should this process have been
 * late before, until as many requests as the window permits have left the window. A hiccup thus never turns into a burst
 * at the vendor's door.
 */
public final class Pacer {
    /** How long before its slot a request goes on to get its connection. */
    private static final long HEAD_START_NANOS = 20_000_000;

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Accounts accounts;
    private final double margin;
    private final Map<String, Departures> departures = new ConcurrentHashMap<>();

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
     * Takes the next slot of an account and waits until just before it.
     *
     * @param account the vendor account
     * @return the slot, on the clock of {@link System#nanoTime}
     */
    public long reserve(String account) {
        Rate rate = accounts.rate(account);
        double gap = rate.gapSeconds() * (1 + margin);
        Long micros = database.queryForObject(
                statements.text("ingest/reserve-slot"),
                Map.of(
                        "account",
                        account,
                        "gap",
                        gap,
                        "tolerance",
                        rate.window().toNanos() / 1e9 * margin / 2),
                Long.class);
        long slot = System.nanoTime() + (micros == null ? 0 : micros * 1_000);
        waitUntil(slot - HEAD_START_NANOS);
        return slot;
    }

    /**
     * Waits for the slot. Called with the connection open, as the last thing before the request is written.
     *
     * @param account the vendor account
     * @param slot what {@link #reserve} gave
     */
    void depart(String account, long slot) {
        departures.computeIfAbsent(account, name -> new Departures()).await(slot, accounts.rate(account), margin);
    }

    /**
     * The vendor asked for silence: nobody who shares the account asks before it has passed.
     *
     * @param account the vendor account
     * @param pause how long
     */
    public void pause(String account, Duration pause) {
        departures.computeIfAbsent(account, name -> new Departures()).pauseUntil(System.nanoTime() + pause.toNanos());
        database.update(
                statements.text("ingest/pause-account"), Map.of("account", account, "pause", pause.toNanos() / 1e9));
    }

    private static void waitUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new TransientFailure("stopped while waiting for its turn", 0, null, 0, null);
            }
            LockSupport.parkNanos(left);
        }
    }

    /** When the last requests of this process left, as many as one window permits. */
    private static final class Departures {
        private final ReentrantLock inOrder = new ReentrantLock(true);
        private final ArrayDeque<Long> last = new ArrayDeque<>();
        private volatile long pausedUntil = System.nanoTime();

        void pauseUntil(long nanoTime) {
            if (nanoTime - pausedUntil > 0) {
                pausedUntil = nanoTime;
            }
        }

        void await(long slot, Rate rate, double margin) {
            inOrder.lock();
            try {
                waitUntil(slot);
                waitUntil(pausedUntil);
                while (last.size() > rate.permits()) {
                    last.removeFirst();
                }
                if (last.size() == rate.permits()) {
                    waitUntil(last.removeFirst() + (long) (rate.window().toNanos() * (1 + margin / 4)));
                }
                last.addLast(System.nanoTime());
            } finally {
                inOrder.unlock();
            }
        }
    }
}
