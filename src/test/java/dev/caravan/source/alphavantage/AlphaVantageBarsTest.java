package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.source.NormalisedAnswer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Alpha Vantage's hours are taken to say. */
final class AlphaVantageBarsTest {
    private static final String HEADER = "timestamp,open,high,low,close,volume\r\n";
    private static final Instant NOW = Instant.parse("2026-11-21T12:05:00Z");

    private static NormalisedAnswer read(String answer, Instant now) {
        VendorRequest request = VendorRequest.get("alphavantage", "http://127.0.0.1", "/query")
                .answer(AlphaVantageHistory.HOURS, "IBM")
                .expects(List.of("IBM"), AlphaVantageNormaliser.METRICS)
                .build();
        return new AlphaVantageNormaliser().normalise(request, answer, now);
    }

    /** The original stored New York's hours as if they were UTC. */
    @ParameterizedTest
    @CsvSource({
        "2026-03-06 09:00:00, 2026-03-06T14:00:00Z",
        "2026-03-09 09:00:00, 2026-03-09T13:00:00Z",
        "2026-10-30 04:00:00, 2026-10-30T08:00:00Z",
        "2026-11-02 04:00:00, 2026-11-02T09:00:00Z",
        "2026-07-15 19:00:00, 2026-07-15T23:00:00Z",
        "2026-01-15 19:00:00, 2026-01-16T00:00:00Z"
    })
    void aBarBelongsToTheHourThatItBeginsInNewYork(String stamp, String hour) {
        NormalisedAnswer answer = read(HEADER + stamp + ",1,2,0.5,1.5,7\r\n", NOW);
        assertThat(Rows.values(answer))
                .containsOnly(
                        entry("OPEN " + hour, 1.0),
                        entry("HIGH " + hour, 2.0),
                        entry("LOW " + hour, 0.5),
                        entry("CLOSE " + hour, 1.5),
                        entry("VOLUME " + hour, 7.0));
        assertThat(answer.observations().keys())
                .allSatisfy(key -> assertThat(key.granularity()).isEqualTo(Granularity.HOUR));
    }

    @Test
    void jsonIsReadAsWell() {
        assertThat(Rows.values(read(
                        "{\"Meta Data\":{\"2. Symbol\":\"IBM\",\"4. Interval\":\"60min\"},\"Time Series (60min)\":"
                                + "{\"2026-11-20 15:00:00\":{\"1. open\":\"1\",\"2. high\":\"2\",\"3. low\":\"0.5\","
                                + "\"4. close\":\"236.13099999999997\",\"5. volume\":\"0\"}}}",
                        NOW)))
                .hasSize(5)
                .containsEntry("CLOSE 2026-11-20T20:00:00Z", 236.131)
                .containsEntry("VOLUME 2026-11-20T20:00:00Z", 0.0);
    }

    @Test
    void theBarUnderWayIsLeftOut() {
        String answer = HEADER + "2026-11-20 11:00:00,1,1,1,1,1\r\n2026-11-20 10:00:00,2,2,2,2,2\r\n";
        assertThat(Rows.buckets(read(answer, Instant.parse("2026-11-20T16:59:59Z"))))
                .containsExactly(Instant.parse("2026-11-20T15:00:00Z"));
        assertThat(Rows.buckets(read(answer, Instant.parse("2026-11-20T17:00:00Z"))))
                .hasSize(2);
    }

    @Test
    void aBarOfAnotherLengthAndAStampWithoutAClockAreRejected() {
        NormalisedAnswer answer = read(
                HEADER + "2026-11-20 09:30:00,1,1,1,1,1\r\n2026-11-20,2,2,2,2,2\r\n"
                        + "2026-11-19 15:00:00,None,3,x,3,3\r\n",
                NOW);
        assertThat(Rows.values(answer).keySet())
                .containsExactlyInAnyOrder(
                        "HIGH 2026-11-19T20:00:00Z", "CLOSE 2026-11-19T20:00:00Z", "VOLUME 2026-11-19T20:00:00Z");
        assertThat(answer.rejections())
                .extracting(NormalisedAnswer.Rejection::reason)
                .containsExactly(
                        "a bar of IBM that does not begin with an hour",
                        "a time of IBM cannot be read",
                        "LOW of IBM at 2026-11-19 15:00:00 is no number");
    }

    @Test
    void aMonthBeforeTheListingHasNoObservations() {
        assertThat(read("{\"Error Message\":\"Invalid API call. Please retry.\"}", NOW)
                        .observations()
                        .size())
                .isZero();
        assertThat(read(HEADER, NOW).observations().size()).isZero();
    }

    @Test
    void aPlanWithoutHoursIsAFailure() {
        assertThatThrownBy(() -> read("{\"Information\":\"This is a premium endpoint.\"}", NOW))
                .isInstanceOf(TerminalFailure.class);
    }
}
