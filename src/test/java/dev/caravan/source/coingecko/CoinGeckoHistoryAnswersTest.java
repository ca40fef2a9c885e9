package dev.caravan.source.coingecko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
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

/** Requests for CoinGecko's past through the real route, answered by the sandbox. */
final class CoinGeckoHistoryAnswersTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");

    @TempDir
    static Path folder;

    private static Sandbox sandbox;
    private static TestCaravan caravan;
    private static CoinGeckoHistory history;

    private Pull pull;

    @BeforeAll
    static void start() {
        TestHome home = TestHome.copyTo(folder)
                .write("config/sources/coingecko.csv", "id,symbol,name,note", "bitcoin,BTC,Bitcoin,");
        sandbox = Sandbox.start(home.path().resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0);
        Map<String, String> values = TestCaravan.vendors(sandbox);
        values.put("caravan.now", NOW.toString());
        caravan = TestCaravan.start(home.path(), values);
        Settings settings = Settings.load(folder, Map.of(), values, false);
        history = new CoinGeckoHistory(settings, new Accounts(settings));
    }

    @AfterAll
    static void stop() {
        caravan.close();
        sandbox.close();
    }

    @BeforeEach
    void begin() {
        pull = caravan.caravan().ledger().begin("coingecko");
    }

    @AfterEach
    void end() {
        caravan.caravan().ledger().end(pull);
    }

    private Exchange ask(VendorRequest request) throws Exception {
        try (ProducerTemplate template = caravan.caravan().context().createProducerTemplate()) {
            return template.send("direct:coingecko-answer", exchange -> {
                exchange.setVariable("request", request);
                exchange.setVariable("pull", pull);
            });
        }
    }

    private ObservationBatch answer(Window window) throws Exception {
        Exchange exchange = ask(history.request(window));
        if (exchange.getException() != null) {
            throw new AssertionError(exchange.getException());
        }
        return exchange.getMessage().getBody(ObservationBatch.class);
    }

    private static Set<Instant> buckets(ObservationBatch batch, String metric) {
        Set<Instant> buckets = new HashSet<>();
        for (int i = 0; i < batch.size(); i++) {
            if (batch.key(i).metric().equals(metric)) {
                buckets.add(Instant.ofEpochSecond(batch.epochSecond(i)));
            }
        }
        return buckets;
    }

    @Test
    void theDefaultBackfillOfAFreeTierHasEveryBucketOfThePrice() throws Exception {
        List<Window> windows = history.pack(history.offered(Map.of(), NOW), Map.of(), NOW);
        assertThat(windows).extracting(Window::granularity).containsExactly(Granularity.HOUR, Granularity.DAY);
        for (Window window : windows) {
            ObservationBatch batch = answer(window);
            assertThat(batch.keys()).hasSize(3).allSatisfy(key -> assertThat(key.granularity())
                    .isEqualTo(window.granularity()));
            Set<Instant> prices = buckets(batch, "PRICE");
            Granularity granularity = window.granularity();
            for (Instant at = window.from(); at.isBefore(window.to()); at = granularity.next(at)) {
                assertThat(prices).contains(at);
            }
            assertThat(prices).allSatisfy(at -> assertThat(granularity.next(at)).isBeforeOrEqualTo(NOW));
        }
        assertThat(pull.progress().failed()).isZero();
    }

    @Test
    void oneMissingDayIsOneRequestWhoseAnswerHasIt() throws Exception {
        Instant day = Instant.parse("2026-05-10T00:00:00Z");
        SeriesKey key = SeriesKey.of("coingecko", "MARKET_CAP", "bitcoin", Granularity.DAY);
        List<Window> windows = history.pack(List.of(new Stretch(key, day, Granularity.DAY.next(day))), Map.of(), NOW);
        assertThat(windows).hasSize(1);
        ObservationBatch batch = answer(windows.get(0));
        assertThat(batch.keys()).containsExactly(key);
        assertThat(buckets(batch, "MARKET_CAP")).contains(day);
    }

    /** What a plan of two years would be asked for by settings that speak of more. */
    private static VendorRequest worded(String query, Map<String, String> headers) {
        Window window =
                history.pack(history.offered(Map.of(), NOW), Map.of(), NOW).get(1);
        VendorRequest asked = history.request(window);
        return VendorRequest.get("coingecko", asked.base(), asked.path())
                .query(query.isEmpty() ? asked.query() : query)
                .headers(headers)
                .answer(asked.answer(), asked.subject())
                .expects(asked.assets(), asked.metrics())
                .refusals(asked.refusals().toArray(Integer[]::new))
                .build();
    }

    @Test
    void aTimeTooLongAgoIsNotTakenForARefusedKey() throws Exception {
        VendorRequest request = worded("vs_currency=usd&from=1704067200&to=1717200000&precision=full", Map.of());
        VendorFailure failure = ask(request).getException(VendorFailure.class);
        assertThat(failure).isInstanceOf(TerminalFailure.class).hasMessageContaining("10012");
        assertThat(request.refusals()).contains(failure.status());
        pull.failed(request, failure, 1, NOW);
        assertThatCode(() -> pull.admit(request)).doesNotThrowAnyException();
    }

    @Test
    void aRefusedKeyEndsTheAsking() throws Exception {
        VendorRequest request = worded("", Map.of("x-cg-demo-api-key", "invalid"));
        VendorFailure failure = ask(request).getException(VendorFailure.class);
        assertThat(failure.status()).isEqualTo(401);
        pull.failed(request, failure, 1, NOW);
        assertThatThrownBy(() -> pull.admit(request)).isInstanceOf(TerminalFailure.class);
    }

    @Test
    void aCoinThatTheVendorDoesNotKnowIsNotOffered() throws Exception {
        SeriesKey key = SeriesKey.of("coingecko", "PRICE", "no-such-coin", Granularity.HOUR);
        Stretch stretch =
                new Stretch(key, Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-11-02T00:00:00Z"));
        VendorRequest request =
                history.request(history.pack(List.of(stretch), Map.of(), NOW).get(0));
        VendorFailure failure = ask(request).getException(VendorFailure.class);
        assertThat(request.refusals()).contains(failure.status());
    }
}
