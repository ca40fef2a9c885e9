package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.backfill.BackfillState;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.Arrivals;
import dev.caravan.testing.StoredObservations;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backfill whose process is killed again and again, and goes on each time it is told to, and only then. */
final class KilledBackfillTest {
    private static final String NOW = "2026-11-20T10:10:00Z";
    private static final int KILLS = 10;
    private static final int IN_FLIGHT = 4;
    /** The thread that hands windows out takes one itself when the others are busy. */
    private static final int AT_A_TIME = IN_FLIGHT + 1;

    private static final int DAYS = 1826;
    private static final int LATE_MILLIS = 100;

    @TempDir
    Path folder;

    private Path home;
    private Sandbox sandbox;

    @BeforeEach
    void start() {
        String[] lines = new String[21];
        lines[0] = "symbol,metrics,note";
        List<String> known = List.of("btc", "eth", "sol", "aave", "acx", "usdt");
        for (int i = 1; i < lines.length; i++) {
            String symbol = i <= known.size() ? known.get(i - 1) : "coin-" + i;
            lines[i] = symbol + ",PRICE MC FDMC FEES REVENUE DAU TXNS CIRCULATING_SUPPLY_NATIVE,";
        }
        home = TestHome.copyTo(folder.resolve("home"))
                .write("config/sources/artemis.csv", lines)
                .path();
        sandbox = Sandbox.start(home.resolve("config/sources"), Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC), 0);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private TestCaravan undisturbed(String database) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("database.url", database);
        settings.put("caravan.now", NOW);
        settings.put("artemis.api.key", "sandbox-key-of-artemis");
        settings.put("artemis.batch-symbols", "5");
        return TestCaravan.start(home, settings);
    }

    private ChildCaravan command(String database, String... arguments) {
        Map<String, String> environment = new HashMap<>(sandbox.endpoints());
        environment.put("CARAVAN_HOME", home.toString());
        environment.put("CARAVAN_NOW", NOW);
        environment.put("DATABASE_URL", database);
        environment.put("ARTEMIS_API_KEY", "sandbox-key-of-artemis");
        environment.put("ARTEMIS_RATE_KEY", "25/1s");
        environment.put("ARTEMIS_BATCH_SYMBOLS", "5");
        environment.put("BACKFILL_IN_FLIGHT", String.valueOf(IN_FLIGHT));
        return ChildCaravan.start(folder, environment, arguments);
    }

    private int asked() {
        return sandbox.requests().entries("artemis").size();
    }

    /** What the dead process had sent off may still be on its way; waits until no more comes. */
    private int askedInAll() {
        AtomicInteger last = new AtomicInteger(-1);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(3 * LATE_MILLIS))
                .until(() -> last.getAndSet(asked()) == asked());
        return last.get();
    }

    private String listed(String database) throws IOException {
        try (ChildCaravan list = command(database, "backfills", "list", "--json")) {
            assertThat(list.exitCode()).as(list.errors()).isZero();
            JsonNode orders = new ObjectMapper().readTree(list.output()).path("backfills");
            assertThat(orders).hasSize(1);
            return orders.get(0).path("state").asText();
        }
    }

    @Test
    void killedAtTenRandomMomentsItEndsWithTheRowsOfAnUndisturbedRunAndAsksAgainOnlyWhatWasInFlight()
            throws IOException {
        List<String> expected;
        int windows;
        try (TestCaravan other = undisturbed(TestServer.newDatabase())) {
            assertThat(other.backfill("artemis", Map.of("days", DAYS))).isEqualTo(BackfillState.DONE);
            expected = StoredObservations.of(other.sql());
            windows = asked();
        }
        assertThat(expected).hasSizeGreaterThan(150_000);
        sandbox.requests().clear();
        sandbox.faults().add("artemis:slow:delay_ms=" + LATE_MILLIS);

        long seed = System.nanoTime();
        Random random = new Random(seed);
        String database = TestServer.newDatabase();
        try (TestCaravan watching = undisturbed(database)) {
            for (int kill = 1; kill <= KILLS; kill++) {
                String[] begin = kill == 1
                        ? new String[] {"backfill", "artemis", "--days", String.valueOf(DAYS)}
                        : new String[] {"backfills", "resume", "1"};
                int before = asked();
                int until = before + 1 + random.nextInt(2 * (windows - before) / (KILLS + 2 - kill));
                Duration look = Duration.ofMillis(1 + random.nextInt(60));
                try (ChildCaravan running = command(database, begin)) {
                    await().atMost(Duration.ofSeconds(60))
                            .pollDelay(look)
                            .pollInterval(look)
                            .until(() -> asked() >= until || !running.isAlive());
                    assertThat(running.isAlive())
                            .as("kill %s, seed %s: %s%s", kill, seed, running.output(), running.errors())
                            .isTrue();
                    running.kill();
                }
                int left = askedInAll();
                String state = kill == 1
                        ? listed(database)
                        : watching.caravan()
                                .backfillReport()
                                .one(1)
                                .orElseThrow()
                                .path("state")
                                .asText();
                assertThat(state).as("after kill %s, seed %s", kill, seed).isEqualTo("interrupted");
                // What a daemon looks for every two seconds: this is nothing that it begins by itself.
                watching.caravan().desk().look(watching.caravan().context());
                assertThat(askedInAll()).as("asked by nobody, kill %s", kill).isEqualTo(left);
            }
            int killed = asked();
            assertThat(killed).as("seed %s", seed).isLessThan(windows + AT_A_TIME * KILLS);
            try (ChildCaravan last = command(database, "backfills", "resume", "1")) {
                assertThat(last.exitCode())
                        .as("seed %s: %s%s", seed, last.output(), last.errors())
                        .isZero();
                assertThat(last.output()).contains(" done: " + windows + " of " + windows + " windows");
            }
            assertThat(StoredObservations.differences(StoredObservations.of(watching.sql()), expected))
                    .as("seed %s", seed)
                    .isEmpty();
            Map<String, Long> counts = Arrivals.counts(sandbox, "artemis");
            assertThat(counts).as("seed %s", seed).hasSize(windows);
            assertThat(counts.values()).as("seed %s", seed).allMatch(times -> times <= 1 + KILLS);
            assertThat(asked()).as("seed %s", seed).isBetween(windows, windows + AT_A_TIME * KILLS);
            // Each window was asked once more than it was left unfinished, and never after it was done.
            assertThat(watching.sql().queryForObject("SELECT sum(attempts) FROM backfill_window", Integer.class))
                    .as("seed %s", seed)
                    .isBetween(asked(), windows + AT_A_TIME * KILLS);
            assertThat(watching.sql().queryForList("SELECT status FROM pulls ORDER BY pull_id", String.class))
                    .as("seed %s", seed)
                    .hasSize(KILLS + 1)
                    .endsWith("success")
                    .filteredOn("interrupted"::equals)
                    .hasSize(KILLS);
        }
    }

    @Test
    void toldToStopItFinishesWhatIsInFlightAndLeavesItsOrderInterrupted() {
        String database = TestServer.newDatabase();
        sandbox.faults().add("artemis:slow:delay_ms=" + LATE_MILLIS);
        try (TestCaravan watching = undisturbed(database);
                ChildCaravan running = command(database, "backfill", "artemis", "--days", String.valueOf(DAYS))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> asked() >= 20 || !running.isAlive());
            running.terminate();
            assertThat(running.exitCode()).as(running.errors()).isNotZero();
            assertThat(watching.sql().queryForMap("SELECT state, notes FROM backfill"))
                    .containsEntry("state", "interrupted")
                    .extractingByKey("notes")
                    .asString()
                    .contains("told to stop");
            assertThat(watching.sql()
                            .queryForList("SELECT DISTINCT state FROM backfill_window ORDER BY 1", String.class))
                    .containsExactly("done", "pending");
            assertThat(watching.sql()
                            .queryForObject("SELECT count(*) FROM backfill_window WHERE state = 'done'", Integer.class))
                    .as("what was asked is stored")
                    .isEqualTo(asked());
        }
    }
}
