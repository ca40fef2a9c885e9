package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.CsvTable;
import dev.caravan.testing.Arrivals;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is missing among thousands of series is found, and asked for in the fewest requests, and nothing else is. */
final class GapTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:10:00Z");
    private static final Instant TODAY = Instant.parse("2026-11-20T00:00:00Z");
    private static final Instant FROM = Instant.parse("2026-10-21T00:00:00Z");
    private static final Instant GONE = Instant.parse("2026-11-05T00:00:00Z");
    private static final Duration WITHIN = Duration.ofDays(30);
    private static final Duration DAY = Duration.ofDays(1);

    private static Sandbox sandbox;
    private static TestCaravan caravan;
    private static Map<String, List<String>> symbolsByMetric;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(TestHome.project().resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0);
        symbolsByMetric = configured();
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("caravan.now", NOW.toString());
        settings.put("artemis.api.key", "sandbox-key-of-artemis");
        caravan = TestCaravan.start(TestHome.project(), settings);
    }

    @AfterAll
    static void stop() {
        caravan.close();
        sandbox.close();
    }

    /** Every configured series over thirty days, today's value open; each test begins with all of it. */
    @BeforeEach
    void fill() {
        sql("DELETE FROM series_empty");
        ObservationBatch.Builder observations = new ObservationBatch.Builder();
        symbolsByMetric.forEach((metric, symbols) -> symbols.forEach(symbol -> {
            for (Instant day = FROM; !day.isAfter(TODAY); day = day.plus(DAY)) {
                observations.add(series(symbol, metric), day, 1, day.equals(TODAY));
            }
        }));
        new ObservationWriter(
                        caravan.caravan().database().dataSource(),
                        caravan.caravan().statements())
                .store(observations.build(), ConflictPolicy.KEEP, null);
        sandbox.requests().clear();
        assertThat(missing()).as("what a test before left").isEmpty();
        assertThat(caravan.sql().queryForObject("SELECT count(*) FROM series", Integer.class))
                .isGreaterThan(3_000);
    }

    private static Map<String, List<String>> configured() {
        Map<String, List<String>> byMetric = new TreeMap<>();
        for (CsvTable.Row row : CsvTable.read(TestHome.project().resolve("config/sources/artemis.csv"))) {
            for (String metric : row.get("metrics").split(" ")) {
                byMetric.computeIfAbsent(metric, added -> new ArrayList<>()).add(row.get("symbol"));
            }
        }
        return byMetric;
    }

    private static SeriesKey series(String symbol, String metric) {
        return SeriesKey.of("artemis", metric, symbol, Granularity.DAY);
    }

    private static List<Stretch> missing() {
        return caravan.caravan().gaps().missing("artemis", FROM, NOW, NOW);
    }

    private static BackfillState repair() {
        int order = caravan.caravan().desk().repair("artemis", WITHIN, "test");
        assertThat(order).isPositive();
        return caravan.backfill("artemis", order);
    }

    private static int sql(String statement, Object... parameters) {
        return caravan.sql().update(statement, parameters);
    }

    @Test
    void aDayRemovedOfOneSeriesAmongThreeThousandIsFoundAndAskedInTheOneRequestThatHoldsIt() {
        assertThat(sql("DELETE FROM observation USING series s WHERE s.series_id = observation.series_id"
                        + " AND s.asset = 'aave' AND s.metric = 'FEES' AND ts = '2026-11-05'"))
                .isEqualTo(1);
        assertThat(missing()).containsExactly(new Stretch(series("aave", "FEES"), GONE, GONE.plus(DAY)));
        assertThat(repair()).isEqualTo(BackfillState.DONE);
        assertThat(Arrivals.targets(sandbox, "*"))
                .singleElement()
                .asString()
                .endsWith("/FEES/?symbols=aave&startDate=2026-11-05&endDate=2026-11-05");
        assertThat(caravan.sql()
                        .queryForObject(
                                "SELECT count(*) FROM observation JOIN series USING (series_id)"
                                        + " WHERE asset = 'aave' AND metric = 'FEES' AND ts = '2026-11-05' AND open IS NULL",
                                Integer.class))
                .isEqualTo(1);
        assertThat(missing()).isEmpty();
        assertThat(caravan.caravan().desk().repair("artemis", WITHIN, "test"))
                .as("nothing is missing, nothing is ordered")
                .isZero();
    }

    @Test
    void aDayRemovedOfAllSeriesIsAskedInTheFewestRequestsAndWhatDoesNotComeIsNotAskedTwice() {
        int removed = sql("DELETE FROM observation WHERE ts = '2026-11-05'");
        assertThat(removed).isGreaterThan(3_000);
        assertThat(missing())
                .hasSize(removed)
                .allMatch(gap -> gap.from().equals(GONE) && gap.to().equals(GONE.plus(DAY)));
        assertThat(repair()).isEqualTo(BackfillState.DONE);
        int fewest = symbolsByMetric.values().stream()
                .mapToInt(symbols -> (symbols.size() + 49) / 50)
                .sum();
        assertThat(Arrivals.targets(sandbox, "artemis"))
                .hasSize(fewest)
                .doesNotHaveDuplicates()
                .allMatch(target -> target.contains("&startDate=2026-11-05&endDate=2026-11-05"));
        // Some of these the vendor has never had: they are known to be empty now.
        assertThat(caravan.sql()
                        .queryForObject("SELECT count(*) FROM observation WHERE ts = '2026-11-05'", Integer.class))
                .isBetween(1, removed - 1);
        assertThat(missing()).isEmpty();
        assertThat(caravan.caravan().desk().repair("artemis", WITHIN, "test")).isZero();
    }

    @Test
    void aSeriesThatBeginsLateIsAskedOnceForWhatIsBeforeAndThenLacksNothing() {
        // The vendor knows nothing of this one: what it had of it, it has taken back.
        String nobody = caravan.sql()
                .queryForObject(
                        "SELECT min(asset) FROM series WHERE metric = 'LENDING_BORROWS' AND asset LIKE 'a%'",
                        String.class);
        assertThat(sql(
                        "DELETE FROM observation USING series s WHERE s.series_id = observation.series_id"
                                + " AND s.asset = ? AND s.metric = 'LENDING_BORROWS' AND ts < '2026-11-10'",
                        nobody))
                .isEqualTo(20);
        sql(
                "UPDATE series_state z SET first_ts = '2026-11-10' FROM series s"
                        + " WHERE s.series_id = z.series_id AND s.asset = ? AND s.metric = 'LENDING_BORROWS'",
                nobody);
        assertThat(missing())
                .containsExactly(
                        new Stretch(series(nobody, "LENDING_BORROWS"), FROM, Instant.parse("2026-11-10T00:00:00Z")));
        assertThat(repair()).isEqualTo(BackfillState.DONE);
        assertThat(Arrivals.targets(sandbox, "artemis")).hasSize(1);
        assertThat(missing()).isEmpty();
        SeriesCoverage coverage = caravan.caravan()
                .gaps()
                .coverage("artemis", FROM, NOW, NOW, series(nobody, "LENDING_BORROWS")::equals, true)
                .get(0);
        assertThat(coverage.buckets(BucketState.MISSING)).isZero();
        assertThat(coverage.buckets(BucketState.KNOWN_EMPTY))
                .as("outside of its life")
                .isZero();
        assertThat(coverage.buckets(BucketState.NOT_EXPECTED)).isEqualTo(20);
    }

    @Test
    void aValueThatIsStillOpenLongAfterItsDayIsAskedAgainAndReplaced() {
        assertThat(sql("UPDATE observation SET open = true, value = 0.5 FROM series s"
                        + " WHERE s.series_id = observation.series_id"
                        + " AND s.asset = 'btc' AND s.metric = 'PRICE' AND ts = '2026-11-05'"))
                .isEqualTo(1);
        assertThat(missing()).containsExactly(new Stretch(series("btc", "PRICE"), GONE, GONE.plus(DAY)));
        assertThat(repair()).isEqualTo(BackfillState.DONE);
        assertThat(Arrivals.targets(sandbox, "artemis"))
                .singleElement()
                .asString()
                .endsWith("/PRICE/?symbols=btc&startDate=2026-11-05&endDate=2026-11-05");
        assertThat(caravan.sql()
                        .queryForObject(
                                "SELECT value FROM observation JOIN series USING (series_id)"
                                        + " WHERE asset = 'btc' AND metric = 'PRICE' AND ts = '2026-11-05' AND open IS NULL",
                                Double.class))
                .isGreaterThan(1_000);
        assertThat(missing()).isEmpty();
    }

    @Test
    void aDayThatHasNotSettledIsNotExpected() {
        // FEES settle after a week (config/metrics.csv), PRICE after three days.
        assertThat(
                        sql(
                                "DELETE FROM observation USING series s WHERE s.series_id = observation.series_id"
                                        + " AND s.asset = 'eth' AND s.metric IN ('FEES', 'PRICE') AND ts >= '2026-11-14' AND ts < '2026-11-20'"))
                .isEqualTo(12);
        assertThat(missing())
                .containsExactly(new Stretch(
                        series("eth", "PRICE"),
                        Instant.parse("2026-11-14T00:00:00Z"),
                        Instant.parse("2026-11-17T00:00:00Z")));
        assertThat(repair()).isEqualTo(BackfillState.DONE);
        assertThat(Arrivals.targets(sandbox, "artemis"))
                .singleElement()
                .asString()
                .endsWith("/PRICE/?symbols=eth&startDate=2026-11-14&endDate=2026-11-16");
        assertThat(missing()).isEmpty();
    }
}
