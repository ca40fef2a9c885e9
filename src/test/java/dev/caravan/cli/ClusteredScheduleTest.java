package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.DatabaseAddress;
import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Several daemons on one database, each a process of its own, with hours that pass in seconds. */
final class ClusteredScheduleTest {
    private static final int SECONDS = 2;
    private static final int OTHER_SECONDS = 3;

    @TempDir
    Path folder;

    private final String database = TestServer.newDatabase();
    private final JdbcTemplate sql = sql(database);
    private final List<ChildCaravan> started = new ArrayList<>();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private final AtomicInteger holding = new AtomicInteger();
    private final LoopbackVendor vendor = LoopbackVendor.start(asked -> {
        try {
            if (held.getCount() > 0) {
                holding.incrementAndGet();
            }
            held.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return LoopbackVendor.Reply.of(200, "[]");
    });

    private static JdbcTemplate sql(String url) {
        DatabaseAddress address = DatabaseAddress.parse(url);
        return new JdbcTemplate(new DriverManagerDataSource(address.jdbcUrl(), address.user(), address.password()));
    }

    private ChildCaravan up(String sources, int everySeconds) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "DATABASE_URL",
                database,
                "COINGECKO_API_URL",
                vendor.url(),
                "COINGECKO_RATE_NONE",
                "2000/1s",
                "SCHEDULE_COINGECKO",
                "0/" + everySeconds + " * * * * ?",
                "SCHEDULE_CHECK_IN",
                "2s"));
        ChildCaravan daemon = ChildCaravan.start(
                folder,
                environment,
                "up",
                "--no-startup",
                "--sources",
                sources,
                "--port",
                String.valueOf(FreePort.find()),
                "--data-dir",
                folder.resolve("data" + started.size()).toString());
        started.add(daemon);
        return daemon;
    }

    @AfterEach
    void close() {
        held.countDown();
        started.forEach(ChildCaravan::close);
        vendor.close();
    }

    private int count(String query, Object... parameters) {
        return sql.queryForObject(query, Integer.class, parameters);
    }

    private int slots() {
        return count("SELECT count(*) FROM schedule_slot WHERE NOT missed");
    }

    private int slotsOf(ChildCaravan daemon) {
        return count("SELECT count(*) FROM schedule_slot WHERE daemon LIKE ?", "caravan " + daemon.pid() + "@%");
    }

    private void awaitSlots(int more) {
        int wanted = slots() + more;
        await().atMost(Duration.ofSeconds(60)).until(() -> slots() >= wanted);
    }

    @Test
    void inAnHourOfTwoDaemonsOfWhichOneIsKilledNoSlotIsPulledTwiceAndTheOtherGoesOn() {
        ChildCaravan one = up("coingecko", SECONDS);
        ChildCaravan other = up("coingecko", SECONDS);
        ChildCaravan stranger = up("defillama", SECONDS);
        one.awaitReady();
        other.awaitReady();
        stranger.awaitReady();
        awaitSlots(5);
        assertThat(count("SELECT count(*) FROM daemon")).isEqualTo(3);

        // One is killed while it pulls.
        held = new CountDownLatch(1);
        await().atMost(Duration.ofSeconds(30)).until(() -> holding.get() > 0);
        String pulling = sql.queryForObject(
                "SELECT daemon FROM schedule_slot"
                        + " WHERE fired_at <= (SELECT max(pulled_at) FROM pulls WHERE status = 'running')"
                        + " ORDER BY fired_at DESC LIMIT 1",
                String.class);
        awaitSlots(1);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(one.errors() + other.errors())
                .contains("WARN  schedule")
                .contains("coingecko-at-times: not done: a pull of coingecko is running already"));
        boolean first = pulling.startsWith("caravan " + one.pid() + "@");
        ChildCaravan killed = first ? one : other;
        ChildCaravan left = first ? other : one;
        killed.kill();
        held.countDown();

        int ofTheOther = slotsOf(left);
        await().atMost(Duration.ofSeconds(60)).until(() -> slotsOf(left) >= ofTheOther + 6);
        assertThat(count("SELECT count(*) FROM pulls WHERE status = 'interrupted'"))
                .isEqualTo(1);
        int ofTheKilled = slotsOf(killed);
        assertThat(slotsOf(stranger)).isZero();
        assertEverySlotWasPulledOnce();

        // It stops in good order, and nobody is left to use a slot.
        left.terminate();
        stranger.terminate();
        assertThat(left.exitCode()).as(left.errors()).isZero();
        assertThat(stranger.exitCode()).as(stranger.errors()).isZero();
        assertThat(left.errors()).doesNotContain("ERROR");
        assertThat(sql.queryForList("SELECT name FROM daemon", String.class))
                .as("only the one that was killed could not say goodbye")
                .singleElement()
                .isEqualTo(pulling);
        int slots = slots();

        // What was missed meanwhile is not made up for, and other hours hold from the next start on.
        ChildCaravan later = up("coingecko", OTHER_SECONDS).awaitReady();
        awaitSlots(4);
        assertThat(slots()).isEqualTo(slots + slotsOf(later) - missed());
        assertThat(slotsOf(killed)).isEqualTo(ofTheKilled);
        assertThat(count("SELECT count(*) FROM schedule_slot WHERE extract(epoch FROM slot)::int8 % " + SECONDS
                        + " <> 0"))
                .as("slots at the new hours")
                .isPositive();
        assertEverySlotWasPulledOnce();
    }

    private int missed() {
        return count("SELECT count(*) FROM schedule_slot WHERE missed");
    }

    private void assertEverySlotWasPulledOnce() {
        assertThat(count("SELECT count(*) FROM pulls")).isPositive().isLessThanOrEqualTo(slots());
        // A slot is taken before the next one comes, or never: missed ones are not replayed.
        assertThat(sql.queryForList(
                        "SELECT slot || ' at ' || fired_at FROM schedule_slot WHERE fired_at > slot + make_interval(secs => ?)",
                        String.class,
                        OTHER_SECONDS + 1.0))
                .isEmpty();
    }
}
