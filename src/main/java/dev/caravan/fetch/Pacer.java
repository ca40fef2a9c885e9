package dev.caravan.fetch;

import dev.caravan.database.Statements;
import dev.caravan.settings.Rate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
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
 *
 * <p>While a vendor is not well ({@link #degrade}), slots are as wide as the account's degraded rate asks, for everybody:
 * that too stands in the database.
 *
 * <p>Live requests go first: while one of the account waits here, or is likely to follow the one before in a burst, here or
 * in another process, requests of history ({@link Asking#isLive}) hold no lock, no turn and no slot. Live pulls are short, so
 * history simply waits; without them it has the full rate.
 */
public final class Pacer {
    private static final Logger LOG = LoggerFactory.getLogger(Pacer.class);

    /** How long before its turn a request goes on to get its connection. */
    private static final long HEAD_START_NANOS = 50_000_000;

    /** How long the slots of an account are kept for a live request that has come up and is getting its connection. */
    private static final long CONNECTING_NANOS = 250_000_000;

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Accounts accounts;
    private final double margin;
    private final Map<String, AccountPace> paces = new ConcurrentHashMap<>();

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
     * Waits until just before a request's turn, as far as this process can tell. Requests wait one behind the other, so
     * that a pace that changes holds from the next one on.
     *
     * @param request what is to be asked
     * @param asking what the request belongs to, or null; a request that it no longer admits does not wait
     * @throws TerminalFailure when it is not to be asked any more
     */
    public void approach(VendorRequest request, Asking asking) {
        AccountPace pace = pace(request.source());
        Runnable admit = () -> {
            if (asking != null) {
                asking.admit(request);
            }
        };
        if (asking != null && !asking.isLive()) {
            boolean up = false;
            while (!up) {
                pace.live().giveWay(admit);
                up = comeUp(request.source(), pace, false, admit);
            }
            return;
        }
        pace.live().comes();
        try {
            comeUp(request.source(), pace, true, admit);
            pace.live().expectUntil(System.nanoTime() + CONNECTING_NANOS);
        } finally {
            pace.live().goes();
        }
    }

    /** Gives whether it came up: a request of history does not while live ones want the slots. */
    private boolean comeUp(String account, AccountPace pace, boolean live, Runnable admit) {
        try {
            pace.comingUp().lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AccountPace.stopped();
        }
        try {
            if (!live && pace.live().want()) {
                return false;
            }
            admit.run();
            Rate rate = pace.degraded() ? accounts.degradedRate(account) : accounts.rate(account);
            AccountPace.waitUntil(pace.nextTurn((long) (gapSeconds(rate) * 1e9)) - HEAD_START_NANOS);
            return true;
        } finally {
            pace.comingUp().unlock();
        }
    }

    /**
     * Waits for the account's next slot. Called with the connection open, as the last thing before a live request is
     * written. Until the departure is closed no other request of the account leaves this process.
     *
     * @param account the vendor account
     * @return to be told when the request has been written
     */
    Departure depart(String account) {
        LiveRequests live = pace(account).live();
        live.comes();
        try {
            return depart(account, true);
        } finally {
            live.goes();
        }
    }

    /**
     * The same for a request of history: it takes a slot that no live request wants, and holds nobody up until then.
     *
     * @param account the vendor account
     * @param admit asked at least once a second while it gives way; what it throws ends the waiting
     * @return to be told when the request has been written
     */
    Departure departAfterLive(String account, Runnable admit) {
        Departure departure = null;
        while (departure == null) {
            pace(account).live().giveWay(admit);
            departure = depart(account, false);
        }
        return departure;
    }

    /** Gives null where live requests want the slots and this is none. */
    private Departure depart(String account, boolean live) {
        AccountPace pace = pace(account);
        pace.inOrder().lock();
        boolean ready = false;
        try {
            if (live || !pace.live().want()) {
                ready = waitForSlot(account, pace, live);
            }
            return ready ? new Departure(pace) : null;
        } finally {
            if (!ready) {
                pace.inOrder().unlock();
            }
        }
    }

    private boolean waitForSlot(String account, AccountPace pace, boolean live) {
        Rate full = accounts.rate(account);
        Rate degraded = accounts.degradedRate(account);
        pace.waitForPause();
        pace.waitForWindow(full, degraded, margin);
        boolean inTime = false;
        while (!inTime) {
            Slot slot = reserve(account, full, degraded, live);
            pace.degradedUntil(slot.degradedUntil());
            pace.live().expectUntil(slot.liveUntil());
            if (!slot.given()) {
                return false;
            }
            AccountPace.waitUntil(slot.begin());
            inTime = System.nanoTime() - slot.begin() <= slackSeconds(pace.degraded() ? degraded : full) * 2e9;
        }
        return true;
    }

    /**
     * A slot of an account.
     *
     * @param begin when it begins, on the clock of {@link System#nanoTime}
     * @param degradedUntil until when the account is degraded, on the same clock; the past when it is not
     * @param liveUntil until when its slots are kept for live requests, on the same clock; the past when they are not
     * @param given whether it was given: not to a request of history while slots are kept for live ones
     */
    private record Slot(long begin, long degradedUntil, long liveUntil, boolean given) {}

    private Slot reserve(String account, Rate full, Rate degraded, boolean live) {
        return database.queryForObject(
                statements.text("ingest/reserve-slot"),
                new MapSqlParameterSource("account", account)
                        .addValue("gap", gapSeconds(full))
                        .addValue("tolerance", slackSeconds(full))
                        .addValue("degraded_gap", gapSeconds(degraded))
                        .addValue("degraded_tolerance", slackSeconds(degraded))
                        .addValue("live", live),
                (row, number) -> {
                    long now = System.nanoTime();
                    return new Slot(
                            now + row.getLong("wait") * 1_000,
                            now + row.getLong("degraded_for") * 1_000,
                            now + row.getLong("live_for") * 1_000,
                            row.getBoolean("given"));
                });
    }

    private double gapSeconds(Rate rate) {
        return rate.gapSeconds() * (1 + margin);
    }

    /** A part of the margin: how far in the past a slot may lie when it is taken; a request may be late by twice that. */
    private double slackSeconds(Rate rate) {
        return rate.window().toNanos() / 1e9 * margin / 4;
    }

    /**
     * The vendor asked for silence: nobody who shares the account asks before it has passed.
     *
     * @param account the vendor account
     * @param pause how long
     */
    public void pause(String account, Duration pause) {
        pace(account).pauseUntil(System.nanoTime() + pause.toNanos());
        database.update(
                statements.text("ingest/pause-account"), Map.of("account", account, "pause", pause.toNanos() / 1e9));
    }

    /**
     * The vendor is not well: everybody who shares the account keeps to its degraded rate for a while. An account without
     * a degraded rate, or with one that is no slower than its rate, goes on as before.
     *
     * @param account the vendor account
     * @param duration how long, from now; a longer time that is known already stays
     * @return whether this is the beginning
     */
    public boolean degrade(String account, Duration duration) {
        Rate full = accounts.rate(account);
        Rate degraded = accounts.degradedRate(account);
        if (degraded.equals(full)) {
            return false;
        }
        Boolean beginning = database.queryForObject(
                statements.text("ingest/degrade-account"),
                Map.of(
                        "account",
                        account,
                        "duration",
                        duration.toNanos() / 1e9,
                        "wider",
                        gapSeconds(degraded) - gapSeconds(full)),
                Boolean.class);
        pace(account).degradedUntil(System.nanoTime() + duration.toNanos());
        if (Boolean.TRUE.equals(beginning)) {
            LOG.warn(
                    "{}: the vendor is not well (HTTP 503): asked {} instead of {} for {} s, longer if it goes on",
                    account,
                    degraded,
                    full,
                    duration.toMillis() / 1e3);
        }
        return Boolean.TRUE.equals(beginning);
    }

    private AccountPace pace(String account) {
        return paces.computeIfAbsent(account, name -> new AccountPace());
    }

    /** A request that is leaving. */
    static final class Departure implements AutoCloseable {
        private final AccountPace pace;
        private boolean left;

        private Departure(AccountPace pace) {
            this.pace = pace;
        }

        /** The request has been written: the next one may take its slot. */
        void left() {
            if (!left) {
                left = true;
                pace.left();
                pace.inOrder().unlock();
            }
        }

        @Override
        public void close() {
            left();
        }
    }
}
