package dev.caravan.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.Database;
import dev.caravan.database.Migrations;
import dev.caravan.database.Statements;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.RequestLog;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.Settings;
import dev.caravan.testing.SlidingWindow;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** A vendor that says that it is not well is asked at half the pace for a while, by all programs that share the account. */
final class DegradedPaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @TempDir
    Path folder;

    /** One coin of one venue a request: one for the catalogue, and at most so many, as the venue does not have all coins. */
    private void configure(int requests) throws IOException {
        List<String> coins = Files.readAllLines(TestHome.project().resolve("config/sources/velo.csv")).stream()
                .skip(1)
                .map(line -> line.split(",", -1)[0])
                .filter(coin -> coin.matches("[A-Z]{3,5}"))
                .limit(requests)
                .toList();
        assertThat(coins).hasSize(requests);
        List<String> lines = new ArrayList<>(List.of("coin,note"));
        coins.forEach(coin -> lines.add(coin + ","));
        TestHome.copyTo(folder).write("config/sources/velo.csv", lines.toArray(String[]::new));
    }

    /** Which coins the request of that place in the log asked for, as a part of its query. */
    private static String coinsOf(Sandbox sandbox, int place) {
        String query = sandbox.requests().entries("velo").get(place).query();
        return query.replaceFirst(".*(coins=[^&]+&).*", "$1");
    }

    private Map<String, String> settings(Sandbox sandbox) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("velo.api.key", "velo-key-of-degraded-test");
        settings.put("velo.rate.key", "40/1s");
        settings.put("velo.rate.degraded", "20/1s");
        settings.put("velo.exchanges", "binance-futures");
        settings.put("velo.cells", "20"); // five columns of four hours
        settings.put("database.url", TestServer.newDatabase());
        return settings;
    }

    private static long[] arrivals(Sandbox sandbox, long from, long to) {
        return sandbox.requests().entries("velo").stream()
                .mapToLong(RequestLog.Entry::arrivedNanos)
                .filter(time -> time - from >= 0 && time - to < 0)
                .sorted()
                .toArray();
    }

    @Test
    void afterA503NoWindowHoldsMoreThanTheDegradedRateAndThenTheFullRateReturns() throws IOException {
        configure(240);
        try (Sandbox sandbox = Sandbox.start(folder.resolve("config/sources"), Clock.systemUTC(), 0)) {
            Map<String, String> settings = settings(sandbox);
            settings.put("fetch.degraded-for", "2s");
            try (TestCaravan caravan = TestCaravan.start(folder, settings)) {
                assertThat(caravan.pull("velo")).isEqualTo(PullStatus.SUCCESS); // the first of a program are slow
                sandbox.faults().add("velo:status:status=503:times=1:path=" + coinsOf(sandbox, 35));
                sandbox.requests().clear();
                assertThat(caravan.pull("velo")).isEqualTo(PullStatus.SUCCESS);
            }
            RequestLog.Entry refusal = sandbox.requests().entries("velo").stream()
                    .filter(entry -> entry.status() == 503)
                    .min(Comparator.comparingLong(RequestLog.Entry::arrivedNanos))
                    .orElseThrow();
            long at = refusal.arrivedNanos();
            long[] before = arrivals(sandbox, at - SECOND * 60, at);
            assertThat(SlidingWindow.most(before, SECOND)).isGreaterThan(20);
            // What left within a tenth of a second of the refused request may have left before its answer was read.
            long[] degraded = arrivals(sandbox, at + SECOND / 10, at + 2 * SECOND);
            assertThat(SlidingWindow.most(degraded, SECOND)).isLessThanOrEqualTo(20);
            assertThat(degraded).hasSizeGreaterThan(10);
            long[] well = arrivals(sandbox, at + SECOND * 5 / 2, at + SECOND * 60);
            assertThat(SlidingWindow.most(well, SECOND)).isBetween(21, 40);
        }
    }

    @Test
    void anotherProgramOfTheAccountKeepsToTheDegradedRateFromItsFirstRequestOn() throws IOException {
        configure(60);
        try (Sandbox sandbox = Sandbox.start(folder.resolve("config/sources"), Clock.systemUTC(), 0)) {
            Map<String, String> settings = settings(sandbox);
            try (TestCaravan one = TestCaravan.start(folder, settings);
                    TestCaravan other = TestCaravan.start(folder, settings)) {
                assertThat(one.pull("velo")).isEqualTo(PullStatus.SUCCESS);
                sandbox.faults().add("velo:status:status=503:times=1:path=" + coinsOf(sandbox, 35));
                assertThat(one.pull("velo")).isEqualTo(PullStatus.SUCCESS);
                assertThat(sandbox.requests().entries("velo")).anyMatch(entry -> entry.status() == 503);
                sandbox.requests().clear();
                assertThat(other.pull("velo")).isEqualTo(PullStatus.SUCCESS);
            }
            long[] times = arrivals(sandbox, Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
            assertThat(times).hasSizeBetween(40, 61);
            assertThat(SlidingWindow.most(times, SECOND)).isLessThanOrEqualTo(20);
        }
    }

    @Test
    void itBeginsOnceForAllProgramsAndEachFurther503RenewsIt() {
        Settings settings =
                Settings.load(TestHome.project(), Map.of(), Map.of("database.url", TestServer.newDatabase()), false);
        try (Database one = Database.open(settings);
                Database other = Database.open(settings)) {
            Migrations.apply(one.dataSource(), settings.layers());
            NamedParameterJdbcTemplate sql = new NamedParameterJdbcTemplate(one.dataSource());
            Statements statements = new Statements(settings.layers());
            Pacer pacer = new Pacer(sql, statements, new Accounts(settings), 0.025);
            Pacer neighbour = new Pacer(
                    new NamedParameterJdbcTemplate(other.dataSource()), statements, new Accounts(settings), 0.025);
            assertThat(pacer.degrade("velo", Duration.ofMinutes(5))).isTrue();
            assertThat(neighbour.degrade("velo", Duration.ofMinutes(60))).isFalse();
            assertThat(pacer.degrade("velo", Duration.ofMinutes(5))).isFalse();
            String left = "SELECT extract(epoch FROM degraded_until - degraded_since)::int4 FROM pace";
            assertThat(sql.getJdbcOperations().queryForObject(left, Integer.class))
                    .isBetween(3_600, 3_700);
            sql.getJdbcOperations().update("UPDATE pace SET degraded_until = now() - interval '1 second'");
            assertThat(neighbour.degrade("velo", Duration.ofMinutes(5))).isTrue();
        }
    }

    @Test
    void anAccountWithoutASlowerRateGoesOnAsBefore() {
        Settings settings = Settings.load(
                TestHome.project(),
                Map.of(),
                Map.of("database.url", TestServer.newDatabase(), "velo.rate.degraded", "120/30s"),
                false);
        try (Database database = Database.open(settings)) {
            Migrations.apply(database.dataSource(), settings.layers());
            NamedParameterJdbcTemplate sql = new NamedParameterJdbcTemplate(database.dataSource());
            Accounts accounts = new Accounts(settings);
            Pacer pacer = new Pacer(sql, new Statements(settings.layers()), accounts, 0.025);
            assertThat(accounts.degradedRate("coingecko")).isEqualTo(accounts.rate("coingecko"));
            assertThat(pacer.degrade("coingecko", Duration.ofMinutes(5))).isFalse();
            assertThat(pacer.degrade("velo", Duration.ofMinutes(5))).isFalse();
            assertThat(sql.getJdbcOperations().queryForObject("SELECT count(*) FROM pace", Integer.class))
                    .isZero();
        }
    }
}
