package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Alpha Vantage's daily series are taken to say. */
final class AlphaVantageNormaliserTest {
    private static final Instant SATURDAY = Instant.parse("2026-05-16T12:00:00Z");
    private static final String ADJUSTED =
            "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\r\n";
    private static final String SPACED =
            "timestamp,volume,split coefficient,dividend amount,adjusted close,close,low,high,open\n";
    private static final String HEADER = "timestamp,open,high,low,close,volume\r\n";

    private static NormalisedAnswer read(String answer) {
        return Rows.read("IBM", answer, SATURDAY);
    }

    @Test
    void aRowGivesFiveMetricsOfItsOwnDate() {
        NormalisedAnswer answer = read(HEADER + "2026-05-15,218.2000,220.9100,217.6150,219.3000,6154450\r\n");
        assertThat(Rows.values(answer))
                .containsOnly(
                        entry("OPEN 2026-05-15T00:00:00Z", 218.2),
                        entry("HIGH 2026-05-15T00:00:00Z", 220.91),
                        entry("LOW 2026-05-15T00:00:00Z", 217.615),
                        entry("CLOSE 2026-05-15T00:00:00Z", 219.3),
                        entry("VOLUME 2026-05-15T00:00:00Z", 6154450.0));
        assertThat(answer.observations().keys())
                .contains(SeriesKey.of("alphavantage", "CLOSE", "IBM", Granularity.DAY));
        assertThat(answer.rejections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ADJUSTED + "2026-05-15,218.2,220.91,217.615,219.3,289.62962886152513,6154450,0.0000,1.0\r\n",
                SPACED + "2026-05-15,6154450,1,0,289.62962886152513,219.3,217.615,220.91,218.2\n",
                "{\"Meta Data\":{\"2. Symbol\":\"IBM\"},\"Time Series (Daily)\":{\"2026-05-15\":{\"1. open\":\"218.2\","
                        + "\"2. high\":\"220.91\",\"3. low\":\"217.615\",\"4. close\":\"219.3\","
                        + "\"5. adjusted close\":\"289.62962886152513\",\"6. volume\":\"6154450\","
                        + "\"7. dividend amount\":\"0.0000\",\"8. split coefficient\":\"1.0\"}}}"
            })
    void columnsGoByTheirNamesInCsvAndJsonAndZeroIsKept(String text) {
        assertThat(Rows.values(read(text)))
                .hasSize(8)
                .containsEntry("CLOSE 2026-05-15T00:00:00Z", 219.3)
                .containsEntry("ADJUSTED_CLOSE 2026-05-15T00:00:00Z", 289.62962886152513)
                .containsEntry("VOLUME 2026-05-15T00:00:00Z", 6154450.0)
                .containsEntry("DIVIDEND_AMOUNT 2026-05-15T00:00:00Z", 0.0)
                .containsEntry("SPLIT_COEFFICIENT 2026-05-15T00:00:00Z", 1.0);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-07-15T15:00:00Z, 2026-07-15, true",
        "2026-07-15T23:59:59Z, 2026-07-15, true",
        "2026-07-16T00:00:00Z, 2026-07-15, false",
        "2026-01-16T00:59:59Z, 2026-01-15, true",
        "2026-01-16T01:00:00Z, 2026-01-15, false",
        "2026-07-19T12:00:00Z, 2026-07-17, false"
    })
    void theDayIsOpenUntilEightInTheEveningInNewYork(Instant now, String date, boolean open) {
        NormalisedAnswer answer = Rows.read("IBM", HEADER + date + ",1,1,1,1,0\r\n", now);
        assertThat(Rows.values(answer)).containsKey("VOLUME " + date + "T00:00:00Z" + (open ? " open" : ""));
    }

    /** The original stamped the last trading day as today, so that weekends repeated the Friday. */
    @Test
    void theWeekendDoesNotRepeatTheFriday() {
        String text = HEADER + "2026-05-15,1,2,0.5,1.5,7\r\n";
        for (String now : new String[] {"2026-05-16T12:05:00Z", "2026-05-17T12:05:00Z", "2026-05-18T08:05:00Z"}) {
            assertThat(Rows.buckets(Rows.read("IBM", text, Instant.parse(now))))
                    .containsExactly(Instant.parse("2026-05-15T00:00:00Z"));
        }
    }

    @Test
    void whatCannotBeReadIsRejectedAndTheRestIsKept() {
        NormalisedAnswer answer = read(HEADER + "2026-05-15,1,x,NaN,1.5,None\r\n" + "15 May,1,1,1,1,1\r\n"
                + "2026-05-14,1,1\r\n" + "2026-05-17,1,1,1,1,1\r\n");
        assertThat(Rows.values(answer))
                .containsOnly(entry("OPEN 2026-05-15T00:00:00Z", 1.0), entry("CLOSE 2026-05-15T00:00:00Z", 1.5));
        assertThat(answer.rejections())
                .extracting(Rejection::reason)
                .containsExactlyInAnyOrder(
                        "HIGH of IBM on 2026-05-15 is no number",
                        "LOW of IBM on 2026-05-15 is no number",
                        "a date of IBM cannot be read",
                        "a row that does not fit its header",
                        "a day of IBM that has not begun");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", HEADER, "{\"Error Message\":\"Invalid API call. Please retry for TIME_SERIES_DAILY.\"}"})
    void aTickerThatTheVendorDoesNotKnowIsAnAnswerWithoutData(String text) {
        NormalisedAnswer answer = read(text);
        assertThat(answer.observations().size()).isZero();
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void anotherTickerThanTheOneAskedForIsRejected() {
        NormalisedAnswer answer =
                read("{\"Meta Data\":{\"2. Symbol\":\"MSFT\"},\"Time Series (Daily)\":{\"2026-05-15\":"
                        + "{\"4. close\":\"1\"}}}");
        assertThat(answer.observations().size()).isZero();
        assertThat(answer.rejections()).extracting(Rejection::fragment).containsExactly("MSFT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "symbol,price\r\nIBM,1\r\n",
                HEADER + "2026-05-15,1,1,1,1,1\r\n2026-05-14,1",
                "{\"Time Series (Daily)\":{\"2026-05-15\":{\"4. close\"",
                "{\"data\":[]}",
                "\"temporarily unavailable\"",
                "[]",
                "0",
                "{\"Information\":\"spreading out your free API requests more sparingly\"}"
            })
    void anAnswerOfAnotherShapeMayHealAndIsKept(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(TransientFailure.class);
    }

    @Test
    void aMessageWithStatus200IsAFailure() {
        assertThatThrownBy(() -> read("{\"Information\":\"our standard API rate limit is 25 requests per day\"}"))
                .isInstanceOf(TerminalFailure.class)
                .hasMessageContaining("spent");
    }
}
