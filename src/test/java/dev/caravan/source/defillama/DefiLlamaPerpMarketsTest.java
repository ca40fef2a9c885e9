package dev.caravan.source.defillama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ingest.Granularity;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Observed;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the list of perps is taken to say. */
final class DefiLlamaPerpMarketsTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:34:56Z");
    private static final Instant TODAY = Instant.parse("2026-01-15T00:00:00Z");
    private static final String BTC = "binance_btcusdt PERPS_OPEN_INTEREST";

    /** Rows in the documented shape, without the figures that are not read. */
    private static NormalisedAnswer read(String... rows) {
        String json = "{'status':'success','data':[" + String.join(",", rows) + "]}";
        try {
            return DefiLlamaPerpMarkets.read(new ObjectMapper().readTree(json.replace('\'', '"')), NOW);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static String row(String marketplace, String market, String timestamp, String openInterest) {
        return "{'perp_id':'61533906','timestamp':%s,'marketplace':%s,'market':%s,'openInterest':%s}"
                .formatted(timestamp, marketplace, market, openInterest);
    }

    private static String btc(String timestamp, String openInterest) {
        return row("'Binance'", "'BTCUSDT'", timestamp, openInterest);
    }

    @Test
    void aMarketIsNamedByItsVenueAndItselfInLowerCaseAndStandsUnderTheVenue() {
        NormalisedAnswer answer = read(btc("'2026-01-15T12:01:44.811Z'", "51144394"));
        assertThat(Observed.of(answer.observations()))
                .containsExactly(entry(BTC, new Observed(51144394, TODAY, true, Granularity.DAY)));
        assertThat(answer.observations().keys()).singleElement().satisfies(key -> {
            assertThat(key.exchange()).isEqualTo("binance");
            assertThat(key.product()).isEmpty();
            assertThat(key.source()).isEqualTo("defillama");
        });
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void zeroIsAValueNullAndAbsenceAreNoneAndAQuotedNumeralIsANumber() {
        NormalisedAnswer answer = read(
                row("'Bybit'", "'ZERO'", "null", "0"),
                row("'Bybit'", "'NULL'", "null", "null"),
                row("'Bybit'", "'QUOTED'", "null", "'12.5'"),
                "{'marketplace':'Bybit','market':'ABSENT'}");
        assertThat(Observed.values(answer.observations()))
                .containsExactly(
                        entry("bybit_quoted PERPS_OPEN_INTEREST", 12.5), entry("bybit_zero PERPS_OPEN_INTEREST", 0.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'much'", "{}", "true"})
    void whatIsNoNumberIsRejectedAndTheOthersAreKept(String openInterest) {
        NormalisedAnswer answer = read(row("'OKX'", "'X'", "null", openInterest), btc("null", "7"));
        assertThat(Observed.values(answer.observations())).containsExactly(entry(BTC, 7.0));
        assertThat(answer.rejections())
                .extracting(Rejection::reason)
                .containsExactly("PERPS_OPEN_INTEREST of okx_x is no number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "' '", "5"})
    void aRowWithoutAMarketplaceOrAMarketIsRejected(String name) {
        NormalisedAnswer answer =
                read(row(name, "'BTCUSDT'", "null", "1"), row("'Binance'", name, "null", "2"), btc("null", "7"));
        assertThat(Observed.values(answer.observations())).containsExactly(entry(BTC, 7.0));
        assertThat(answer.rejections()).hasSize(2).allSatisfy(rejection -> assertThat(rejection.reason())
                .contains("without a marketplace or a market"));
    }

    @Test
    void theLevelBelongsToTheDayOfTheVendorsTime() {
        Instant yesterday = Instant.parse("2026-01-14T00:00:00Z");
        assertThat(Observed.of(read(btc("'2026-01-14T23:59:59.999Z'", "3")).observations()))
                .containsExactly(entry(BTC, new Observed(3, yesterday, false, Granularity.DAY)));
        assertThat(Observed.of(read(btc("'2026-01-16T00:00:01.000Z'", "3")).observations()))
                .containsExactly(entry(BTC, new Observed(3, TODAY, true, Granularity.DAY)));
        assertThat(Observed.of(read(btc("null", "3")).observations()))
                .containsExactly(entry(BTC, new Observed(3, TODAY, true, Granularity.DAY)));
        assertThat(read(btc("'yesterday'", "3")).rejections())
                .extracting(Rejection::reason)
                .containsExactly("the time of perp binance_btcusdt cannot be read");
    }

    @Test
    void ofTwoRowsOfAMarketTheLaterCountsWhateverTheirOrder() {
        String early = btc("'2026-01-15T10:00:00.000Z'", "1");
        String late = row("'BINANCE'", "'btcusdt'", "'2026-01-15T11:00:00.000Z'", "2");
        assertThat(Observed.values(read(early, late).observations())).containsExactly(entry(BTC, 2.0));
        assertThat(Observed.values(read(late, early).observations())).containsExactly(entry(BTC, 2.0));
        assertThat(read(early, late).rejections()).isEmpty();
    }

    @Test
    void twoRowsOfAMarketAndOneTimeThatDisagreeLeaveTheFirst() {
        String time = "'2026-01-15T10:00:00.000Z'";
        NormalisedAnswer answer = read(btc(time, "1"), btc(time, "1"), btc(time, "2"));
        assertThat(Observed.values(answer.observations())).containsExactly(entry(BTC, 1.0));
        assertThat(answer.rejections())
                .extracting(Rejection::reason)
                .containsExactly("a second row of perp binance_btcusdt");
    }
}
