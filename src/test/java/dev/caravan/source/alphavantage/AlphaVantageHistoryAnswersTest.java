package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.backfill.Calendar;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.Pull;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests for Alpha Vantage's past through the real route, answered by the sandbox. */
final class AlphaVantageHistoryAnswersTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:05:00Z");

    @TempDir
    static Path folder;

    private static Sandbox sandbox;
    private static TestCaravan caravan;
    private static AlphaVantageHistory history;
    private static Calendar calendar;

    private Pull pull;

    @BeforeAll
    static void start() {
        TestHome home =
                TestHome.copyTo(folder).write("config/sources/alphavantage.csv", "symbol,category,note", "IBM,x,");
        sandbox = Sandbox.start(home.path().resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0);
        Map<String, String> values = new HashMap<>(TestCaravan.vendors(sandbox));
        values.put("caravan.now", NOW.toString());
        values.put("alphavantage.api.key", "premium-sandbox");
        values.put("alphavantage.api.tier", "premium");
        values.put("alphavantage.history.intraday", "true");
        caravan = TestCaravan.start(home.path(), values);
        Settings settings = Settings.load(home.path(), Map.of(), values, false);
        history = new AlphaVantageHistory(settings, new Accounts(settings));
        calendar = Calendar.ofSource("alphavantage", settings);
    }

    @AfterAll
    static void stop() {
        caravan.close();
        sandbox.close();
    }

    @BeforeEach
    void begin() {
        pull = caravan.caravan().ledger().begin("alphavantage");
    }

    @AfterEach
    void end() {
        caravan.caravan().ledger().end(pull);
    }

    private ObservationBatch answer(Window window) throws Exception {
        try (ProducerTemplate template = caravan.caravan().context().createProducerTemplate()) {
            Exchange answered = template.send("direct:alphavantage-answer", exchange -> {
                exchange.setVariable("request", history.request(window));
                exchange.setVariable("pull", pull);
            });
            if (answered.getException() != null) {
                throw new AssertionError(answered.getException());
            }
            return answered.getMessage().getBody(ObservationBatch.class);
        }
    }

    private static Set<Instant> closes(ObservationBatch batch) {
        Set<Instant> buckets = new HashSet<>();
        for (int i = 0; i < batch.size(); i++) {
            if (batch.key(i).metric().equals("CLOSE")) {
                buckets.add(Instant.ofEpochSecond(batch.epochSecond(i)));
            }
        }
        return buckets;
    }

    @Test
    void oneRequestBringsEveryTradingDaySinceTheListing() throws Exception {
        Window window = history.pack(history.offered(Map.of(), NOW), Map.of(), NOW).stream()
                .filter(one -> one.granularity() == Granularity.DAY)
                .findFirst()
                .orElseThrow();
        ObservationBatch batch = answer(window);
        assertThat(batch.keys()).hasSize(8);
        Set<Instant> closes = closes(batch);
        int expected = 0;
        Instant listed = Instant.parse("2000-01-03T00:00:00Z");
        for (Instant day = listed; day.isBefore(window.to()); day = Granularity.DAY.next(day)) {
            if (calendar.expects(Granularity.DAY, day)) {
                expected++;
                assertThat(closes).contains(day);
            }
        }
        assertThat(expected).isGreaterThan(6_700);
    }

    @Test
    void theHoursOfTheMonthsOfBothClockChangesAreInTheRegularSession() throws Exception {
        for (String month : List.of("2026-03", "2026-11")) {
            Instant from = Instant.parse(month + "-02T00:00:00Z");
            Instant to = Instant.parse(month + "-20T22:00:00Z");
            SeriesKey key = SeriesKey.of("alphavantage", "CLOSE", "IBM", Granularity.HOUR);
            List<Window> windows = history.pack(List.of(new Stretch(key, from, to)), Map.of(), NOW);
            assertThat(windows).hasSize(1);
            Set<Instant> closes = closes(answer(windows.get(0)));
            for (Instant hour = from; hour.isBefore(to); hour = Granularity.HOUR.next(hour)) {
                if (calendar.expects(Granularity.HOUR, hour)) {
                    assertThat(closes).contains(hour);
                }
            }
            assertThat(closes)
                    .noneMatch(hour ->
                            !calendar.expects(Granularity.DAY, Granularity.DAY.bucketOf(hour.minusSeconds(18_000))));
        }
    }
}
