package dev.caravan.source.coingecko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Observed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What CoinGecko's markets are taken to say. */
final class CoinGeckoNormaliserTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:34:56Z");
    private static final Instant HOUR = Instant.parse("2026-01-15T12:00:00Z");
    private static final String UPDATED = "'last_updated':'2026-01-15T12:33:10.123Z'";

    private static NormalisedAnswer read(String json) {
        VendorRequest request = VendorRequest.get("coingecko", "http://127.0.0.1", "/coins/markets")
                .answer("markets", "")
                .expects(List.of("bitcoin", "dead-coin"), CoinGeckoNormaliser.METRICS)
                .build();
        try {
            return new CoinGeckoNormaliser()
                    .normalise(request, new ObjectMapper().readTree(json.replace('\'', '"')), NOW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Double> values(NormalisedAnswer answer) {
        return Observed.values(answer.observations());
    }

    @Test
    void aRowGivesSevenMetrics() {
        NormalisedAnswer answer =
                read("[{'id':'bitcoin','symbol':'btc','current_price':70187,'market_cap':1381651251183,"
                        + "'total_volume':20154184933,'circulating_supply':19675987.0,'total_supply':21000000.0,"
                        + "'max_supply':21000000.0,'fully_diluted_valuation':1474623675796," + UPDATED + "}]");
        assertThat(values(answer))
                .containsOnly(
                        entry("bitcoin PRICE", 70187.0),
                        entry("bitcoin MARKET_CAP", 1381651251183.0),
                        entry("bitcoin VOLUME_24H", 20154184933.0),
                        entry("bitcoin CIRCULATING_SUPPLY", 19675987.0),
                        entry("bitcoin TOTAL_SUPPLY", 21000000.0),
                        entry("bitcoin MAX_SUPPLY", 21000000.0),
                        entry("bitcoin FDV", 1474623675796.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void aZeroOfMarketCapOrCirculatingSupplyIsUnknownAndAnyOtherZeroIsZero() {
        NormalisedAnswer answer = read("[{'id':'bitcoin','current_price':0,'market_cap':0,'total_volume':0,"
                + "'circulating_supply':0.0,'total_supply':0,'max_supply':0,'fully_diluted_valuation':0," + UPDATED
                + "}]");
        assertThat(values(answer))
                .containsOnly(
                        entry("bitcoin PRICE", 0.0),
                        entry("bitcoin VOLUME_24H", 0.0),
                        entry("bitcoin TOTAL_SUPPLY", 0.0),
                        entry("bitcoin MAX_SUPPLY", 0.0),
                        entry("bitcoin FDV", 0.0));
    }

    @Test
    void eachNullIsAbsentOnItsOwn() {
        NormalisedAnswer answer = read("[{'id':'bitcoin','current_price':5,'market_cap':null,'total_volume':null,"
                + "'circulating_supply':null,'total_supply':null,'max_supply':null,'fully_diluted_valuation':null,"
                + UPDATED + "}]");
        assertThat(values(answer)).containsOnly(entry("bitcoin PRICE", 5.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1e-08, 0.00000001", "1.206e-09, 1.206e-9", "4.2e+17, 4.2e17", "2.7E15, 2.7e15"})
    void anExponentIsRead(String text, double expected) {
        assertThat(values(read("[{'id':'bitcoin','current_price':" + text + "," + UPDATED + "}]")))
                .containsOnly(entry("bitcoin PRICE", expected));
    }

    @Test
    void theTimeOfTheCoinDecidesItsHour() {
        NormalisedAnswer answer =
                read("[{'id':'bitcoin','current_price':5,'last_updated':'2026-01-15T11:59:59.999Z'}]");
        assertThat(Observed.of(answer.observations()))
                .containsOnly(entry(
                        "bitcoin PRICE",
                        new Observed(5, Instant.parse("2026-01-15T11:00:00Z"), false, Granularity.HOUR)));
    }

    @Test
    void theCurrentHourIsOpen() {
        assertThat(Observed.of(read("[{'id':'bitcoin','current_price':5," + UPDATED + "}]")
                        .observations()))
                .containsOnly(entry("bitcoin PRICE", new Observed(5, HOUR, true, Granularity.HOUR)));
    }

    @Test
    void aCoinThatStoppedTradingStandsInItsLastHourAndIsClosed() {
        NormalisedAnswer answer =
                read("[{'id':'dead-coin','current_price':0.01,'last_updated':'2025-08-03T04:05:06.000Z'}]");
        assertThat(Observed.of(answer.observations()))
                .containsOnly(entry(
                        "dead-coin PRICE",
                        new Observed(0.01, Instant.parse("2025-08-03T04:00:00Z"), false, Granularity.HOUR)));
    }

    @Test
    void twoCoinsOfOneAnswerMayStandInTwoHours() {
        NormalisedAnswer answer = read("[{'id':'bitcoin','current_price':5," + UPDATED + "},"
                + "{'id':'dead-coin','current_price':6,'last_updated':'2026-01-15T10:00:00Z'}]");
        assertThat(Observed.of(answer.observations()).get("bitcoin PRICE").at()).isEqualTo(HOUR);
        assertThat(Observed.of(answer.observations()).get("dead-coin PRICE").at())
                .isEqualTo(Instant.parse("2026-01-15T10:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {",'last_updated':null", ""})
    void withoutATimeItIsTheHourOfThePull(String updated) {
        assertThat(Observed.of(read("[{'id':'bitcoin','current_price':5" + updated + "}]")
                        .observations()))
                .containsOnly(entry("bitcoin PRICE", new Observed(5, HOUR, true, Granularity.HOUR)));
    }

    @Test
    void aTimeAheadOfTheClockIsTheHourOfThePull() {
        assertThat(Observed.of(read("[{'id':'bitcoin','current_price':5,'last_updated':'2026-01-15T13:00:01Z'}]")
                        .observations()))
                .containsOnly(entry("bitcoin PRICE", new Observed(5, HOUR, true, Granularity.HOUR)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'yesterday'", "'2026-01-15'", "1768480000", "{}", "''", "true"})
    void aTimeThatCannotBeReadRejectsTheRowAndKeepsTheOthers(String updated) {
        NormalisedAnswer answer = read("[{'id':'dead-coin','current_price':6,'last_updated':" + updated + "},"
                + "{'id':'bitcoin','current_price':5," + UPDATED + "}]");
        assertThat(values(answer)).containsOnly(entry("bitcoin PRICE", 5.0));
        assertThat(answer.rejections()).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo("the time of coin dead-coin cannot be read");
            assertThat(rejection.fragment()).contains("dead-coin");
        });
    }

    @Test
    void aCoinThatWasNotAskedForIsRejected() {
        NormalisedAnswer answer = read("[{'id':'ethereum','current_price':6," + UPDATED + "},{'current_price':7},"
                + "{'id':'Bitcoin','current_price':8}]");
        assertThat(values(answer)).isEmpty();
        assertThat(answer.rejections())
                .extracting(Rejection::reason)
                .containsOnly("a coin that was not asked for")
                .hasSize(3);
    }

    @Test
    void aValueThatIsNoNumberIsRejectedAndTheOthersAreKept() {
        NormalisedAnswer answer =
                read("[{'id':'bitcoin','current_price':'NaN','market_cap':{},'total_volume':5," + UPDATED + "}]");
        assertThat(values(answer)).containsOnly(entry("bitcoin VOLUME_24H", 5.0));
        assertThat(answer.rejections())
                .containsExactlyInAnyOrder(
                        new Rejection("PRICE of bitcoin is no number", "\"NaN\""),
                        new Rejection("MARKET_CAP of bitcoin is no number", "{}"));
    }

    @Test
    void anEmptyPageIsAnAnswerWithoutValues() {
        NormalisedAnswer answer = read("[]");
        assertThat(values(answer)).isEmpty();
        assertThat(answer.rejections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'status':{'error_code':429}}", "{'error':'x'}", "null", "'x'", "5"})
    void anAnswerOfAnotherShapeIsAFailure(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(VendorFailure.class);
    }
}
