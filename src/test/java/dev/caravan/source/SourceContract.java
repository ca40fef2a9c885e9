package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.DatabaseAddress;
import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.ingest.Pull;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.SlidingWindow;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What every source promises, whoever wrote it: held to it by a subclass that gives the source's {@link SourceExample},
 * through the real routes, over real HTTP, into a real database. The values are in {@link ValuesContract}, the faults in
 * {@link FaultsContract}; here are the pace, the shipped configuration, the end of the program and the time zones.
 */
public abstract class SourceContract extends FaultsContract {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration LONG = Duration.ofSeconds(60);
    /** The common pool of newer JDKs has one thread on two processors: what waits for another task would wait for ever. */
    private static final Executor OWN_THREAD = task -> new Thread(task).start();

    /** With a wider margin than is shipped: on a busy machine the played vendor notices requests late, one more than another. */
    private TestCaravan paced() {
        return start(Map.of(rateSetting(), pacedRequests() / 2 + "/1s", "fetch.pace-margin", "0.1"));
    }

    @Test
    void theRateHoldsAtTheVendorsDoorAndIsUsed() {
        try (TestCaravan paced = paced()) {
            configureMany(home, 2);
            vendor.play(this::rightly);
            assertThat(paced.pull(source())).isEqualTo(PullStatus.SUCCESS); // the first requests of a program are slow
            configureMany(home, pacedRequests());
            vendor.play(this::rightly);
            assertThat(paced.pull(source())).isEqualTo(PullStatus.SUCCESS);
            long[] arrivals = vendor.arrivals();
            assertThat(arrivals).hasSizeGreaterThanOrEqualTo(pacedRequests());
            int permitted = pacedRequests() / 2;
            assertThat(SlidingWindow.most(arrivals, SECOND)).isLessThanOrEqualTo(permitted);
            double used = arrivals[arrivals.length - 1] - arrivals[0];
            assertThat(used).isLessThan(1.25 * arrivals.length / permitted * SECOND + vendor.longestNanos());
        }
    }

    @Test
    void aRequestForSilenceIsObeyedByTheWholeAccount() {
        try (TestCaravan paced = paced()) {
            configureMany(home, pacedRequests() / 3);
            AtomicBoolean asked = new AtomicBoolean();
            vendor.play(
                    this::rightly,
                    reply -> new Reply(429, "slowly", Map.of("Retry-After", "1")),
                    (number, request) -> number == 2 && asked.compareAndSet(false, true));
            assertThat(paced.pull(source())).isEqualTo(PullStatus.SUCCESS);
            String refused = vendor.targets(false).get(0);
            List<Long> tries = vendor.asked().stream()
                    .filter(request -> request.target().equals(refused))
                    .map(Asked::arrivedNanos)
                    .toList();
            assertThat(tries).hasSize(2);
            // What left within a moment of the refused request may have left before its answer was read.
            assertThat(vendor.asked())
                    .extracting(request -> request.arrivedNanos() - tries.get(0))
                    .noneMatch(later -> later > SECOND / 4 && later < SECOND);
            assertThat(tries.get(1) - tries.get(0)).isGreaterThanOrEqualTo(SECOND);
            assertThat(SlidingWindow.most(vendor.arrivals(), SECOND)).isLessThanOrEqualTo(pacedRequests() / 2);
        }
    }

    @Test
    void theShippedConfigurationComesWholeWithTheFewestRequests(@TempDir Path folder) {
        Path project = shippedHome(folder);
        Clock clock = Clock.fixed(Instant.parse(now()), ZoneOffset.UTC);
        try (Sandbox sandbox = Sandbox.start(project.resolve("config/sources"), clock, 0)) {
            Map<String, String> settings = new HashMap<>(settings(vendor.url()));
            settings.putAll(shippedVendor(sandbox));
            settings.put("caravan.now", now());
            settings.put(rateSetting(), "2000/1s");
            try (TestCaravan shipped = TestCaravan.start(project, settings, routes().toArray(String[]::new))) {
                Map<String, Object> first = shippedPull(shipped, shipped().first());
                assertThat(first.get("new_rows")).isEqualTo(first.get("records_count"));
                assertThat(StoredRow.all(shipped.sql()))
                        .hasSize(((Long) first.get("new_rows")).intValue())
                        .allSatisfy(row -> assertThat(row.source()).isEqualTo(source()));
                Map<String, Object> later = shippedPull(shipped, shipped().later());
                assertThat(later)
                        .containsEntry("records_count", 0L)
                        .containsEntry("unchanged_rows", first.get("new_rows"));
                assertThat(shipped.sql().queryForObject("SELECT count(DISTINCT pull_id) FROM batch", Long.class))
                        .isEqualTo(1);
            }
        }
    }

    private Map<String, Object> shippedPull(TestCaravan shipped, int mostRequests) {
        assertThat(shipped.pull(source())).isEqualTo(PullStatus.SUCCESS);
        Map<String, Object> pull = shipped.lastPull(source());
        assertThat((Integer) pull.get("received"))
                .isGreaterThanOrEqualTo(shipped().series())
                .isEqualTo(pull.get("expected"));
        assertThat(pull).containsEntry("failed", 0);
        assertThat((Integer) pull.get("requests")).isPositive().isLessThanOrEqualTo(mostRequests);
        return pull;
    }

    @Test
    void aPullThatTheProgramsEndCutsOffIsInterruptedAndTheNextProgramsPullIsWhole() {
        configureMany(home, 8);
        CountDownLatch goOn = new CountDownLatch(1);
        vendor.play(this::rightly, reply -> held(reply, goOn), (number, asked) -> number >= 3);
        Map<String, String> settings = Map.of(
                "database.url", TestServer.newDatabase(),
                "camel.threadpool.config[fetch].pool-size", "2",
                "camel.threadpool.config[fetch].max-pool-size", "2");
        TestCaravan first = start(settings);
        CompletableFuture<PullStatus> cutOff = CompletableFuture.supplyAsync(() -> first.pull(source()), OWN_THREAD);
        await().atMost(LONG).until(() -> vendor.asked().size() > 3);
        Pull running = first.caravan().ledger().running(source()).orElseThrow();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(first::close, OWN_THREAD);
        await().atMost(LONG).until(running::stopped);
        goOn.countDown();
        assertThat(closing).succeedsWithin(LONG);
        assertThat(cutOff).succeedsWithin(LONG).isEqualTo(PullStatus.INTERRUPTED);
        int came = rowsOf(vendor.answered());
        int asked = vendor.asked().size();
        try (TestCaravan second = start(settings)) {
            assertThat(StoredRow.all(second.sql())).hasSize(came).isNotEmpty();
            Map<String, Object> pull = second.lastPull(source());
            assertThat(pull).containsEntry("status", "interrupted").containsEntry("new_rows", (long) came);
            assertThat(pull).containsEntry("failed", (Integer) pull.get("requests") - asked);
            assertThat(second.sql().queryForList("SELECT reason FROM pull_failures", String.class))
                    .isNotEmpty()
                    .containsOnly("not asked: the program was told to stop");
            vendor.play(this::rightly);
            assertThat(second.pull(source())).isEqualTo(PullStatus.SUCCESS);
            assertThat(vendor.asked()).hasSize((Integer) pull.get("requests"));
            assertThat(StoredRow.all(second.sql()))
                    .hasSize(rowsOf(vendor.answered()))
                    .hasSizeGreaterThan(came);
        }
    }

    private static Reply held(Reply reply, CountDownLatch goOn) {
        try {
            assertThat(goOn.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return reply;
    }

    @ParameterizedTest(name = "process {0}, database {1}")
    @CsvSource({"America/New_York,", "Asia/Kolkata,", "UTC, America/New_York"})
    void fault10TheSameInstantsAreStoredInEveryTimeZone(String process, String database) throws SQLException {
        String url = TestServer.newDatabase();
        if (database != null) {
            setTimeZone(url, database);
        }
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone(process));
        try (TestCaravan elsewhere = start(Map.of("database.url", url))) {
            assertThat(elsewhere.pull(source())).isEqualTo(PullStatus.SUCCESS);
            assertThat(StoredRow.all(elsewhere.sql())).containsExactlyInAnyOrderElementsOf(rows());
            long pulledAt = elsewhere
                    .sql()
                    .queryForObject("SELECT extract(epoch FROM pulled_at)::bigint FROM pulls", Long.class);
            assertThat(Instant.ofEpochSecond(pulledAt))
                    .isBetween(Instant.parse(now()), Instant.parse(now()).plus(LONG));
        } finally {
            TimeZone.setDefault(before);
        }
    }

    private static void setTimeZone(String url, String zone) throws SQLException {
        DatabaseAddress address = DatabaseAddress.parse(url);
        String name = address.jdbcUrl().substring(address.jdbcUrl().lastIndexOf('/') + 1);
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " SET timezone TO '" + zone + "'");
        }
    }
}
