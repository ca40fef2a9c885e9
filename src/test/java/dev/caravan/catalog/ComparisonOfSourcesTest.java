package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All five sources, pulled by their routes before and after a midnight, about the same few entities. */
final class ComparisonOfSourcesTest {
    private static final String EVENING = "2026-11-19T23:50:00Z";
    private static final String MORNING = "2026-11-20T00:20:00Z";

    @TempDir
    static Path folder;

    private static final String DATABASE = TestServer.newDatabase();
    private static TestCaravan caravan;
    private static Sandbox sandbox;

    @BeforeAll
    static void pull() {
        TestHome home = TestHome.copyTo(folder)
                .write(
                        "config/sources/artemis.csv",
                        "symbol,name,category,metrics",
                        "btc,Bitcoin,Blockchain,PRICE MC",
                        "eth,Ethereum,Blockchain,PRICE MC",
                        "usdt,Tether,Stablecoin,PRICE STABLECOIN_MC",
                        "eq-coin,Equity - Coinbase,Equity,PRICE")
                .write(
                        "config/sources/coingecko.csv",
                        "id,symbol,name,note",
                        "bitcoin,BTC,Bitcoin,",
                        "ethereum,ETH,Ethereum,",
                        "tether,USDT,Tether,")
                .write("config/sources/velo.csv", "coin,note", "BTC,", "ETH,")
                .write("config/sources/alphavantage.csv", "symbol,category,note", "COIN,crypto_fintech,")
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "ethereum,Ethereum,ethereum,,,,Chain,",
                        "tether,Tether,tether,stablecoin,1,,Stablecoin,");
        pullAt(home, EVENING).close();
        sandbox.close();
        caravan = pullAt(home, MORNING);
    }

    private static TestCaravan pullAt(TestHome home, String now) {
        sandbox = Sandbox.start(
                home.path().resolve("config/sources"), Clock.fixed(Instant.parse(now), ZoneOffset.UTC), 0);
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("database.url", DATABASE);
        settings.put("caravan.now", now);
        settings.put("artemis.api.key", "artemis-secret-of-comparison-test");
        settings.put("velo.api.key", "velo-secret-of-comparison-test");
        settings.put("alphavantage.api.key", "premium-secret-of-comparison-test");
        settings.put("alphavantage.api.tier", "premium");
        TestCaravan program = TestCaravan.start(home.path(), settings);
        for (String source : List.of("artemis", "coingecko", "velo", "alphavantage", "defillama")) {
            assertThat(program.pull(source)).as(source).isEqualTo(PullStatus.SUCCESS);
        }
        return program;
    }

    @AfterAll
    static void stop() {
        caravan.close();
        sandbox.close();
    }

    /** What the sources say of the price of an entity on a day, and at which venue. */
    private record Compared(JsonNode bySource, JsonNode venues, boolean closed) {}

    private static Compared price(String entity, String day) {
        return caravan.sql()
                .queryForObject(
                        "SELECT by_source, venues, closed FROM v_entity_comparison"
                                + " WHERE canonical_id = ? AND metric_name = 'PRICE' AND metric_date = ?::date",
                        (row, number) ->
                                new Compared(json(row.getString(1)), json(row.getString(2)), row.getBoolean(3)),
                        entity,
                        day);
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void fault08ThePriceOfACoinIsThereFromThreeSourcesInOneQuery() {
        for (String coin : List.of("bitcoin", "ethereum")) {
            Compared prices = price(coin, "2026-11-19");
            assertThat(names(prices.bySource())).containsExactlyInAnyOrder("artemis", "coingecko", "velo");
            assertThat(prices.venues().path("velo").asText()).isEqualTo("binance-futures");
            // The sandbox's CoinGecko and Velo follow one price; its Artemis has one of its own of that size.
            double closing = prices.bySource().path("velo").asDouble();
            assertThat(prices.bySource().path("coingecko").asDouble()).isCloseTo(closing, withPercentage(1));
            assertThat(prices.bySource().path("artemis").asDouble()).isCloseTo(closing, withPercentage(60));
        }
    }

    @Test
    void aDayOfHoursMeansItsLastHour() {
        Double last = caravan.sql()
                .queryForObject(
                        "SELECT value FROM metrics WHERE source = 'velo' AND asset = 'BTC' AND metric_name = 'CLOSE_PRICE'"
                                + " AND exchange = 'binance-futures' AND pulled_at = '2026-11-19 23:00Z'",
                        Double.class);
        assertThat(price("bitcoin", "2026-11-19").bySource().path("velo").asDouble())
                .isEqualTo(last);
    }

    @Test
    void theDayThatHasJustBegunIsRecognisablyOpen() {
        assertThat(price("bitcoin", "2026-11-20").closed()).isFalse();
        assertThat(caravan.sql()
                        .queryForList(
                                "SELECT DISTINCT metric_date::text FROM v_metrics_daily"
                                        + " WHERE source = 'velo' AND canonical_id = 'bitcoin' AND closed ORDER BY 1",
                                String.class))
                .containsExactly("2026-11-19");
    }

    @Test
    void aShareIsThereFromAlphaVantageAndArtemis() {
        Compared prices = price("coin", "2026-11-18");
        assertThat(names(prices.bySource())).containsExactlyInAnyOrder("alphavantage", "artemis");
        assertThat(prices.closed()).isTrue();
        assertThat(prices.bySource().path("alphavantage").asDouble())
                .isEqualTo(caravan.sql()
                        .queryForObject(
                                "SELECT value FROM metrics WHERE source = 'alphavantage' AND metric_name = 'CLOSE'"
                                        + " AND metric_date = '2026-11-18'",
                                Double.class));
    }

    @Test
    void aStablecoinIsThereFromDefiLlamaToo() {
        assertThat(names(price("tether", "2026-11-19").bySource()))
                .containsExactlyInAnyOrder("artemis", "coingecko", "defillama");
    }

    @Test
    void allFiveSourcesAnswerUnderTheOneName() {
        assertThat(caravan.sql()
                        .queryForList(
                                "SELECT DISTINCT source FROM v_normalized_metrics WHERE metric_name = 'PRICE' ORDER BY 1",
                                String.class))
                .containsExactly("alphavantage", "artemis", "coingecko", "defillama", "velo");
        assertThat(caravan.sql()
                        .queryForList(
                                "SELECT DISTINCT source || ' ' || source_metric FROM v_normalized_metrics WHERE kind IS NULL",
                                String.class))
                .as("nothing is stored that the catalogue does not know")
                .isEmpty();
    }
}
