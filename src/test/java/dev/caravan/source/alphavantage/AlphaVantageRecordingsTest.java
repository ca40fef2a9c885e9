package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.source.NormalisedAnswer;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded answers of Alpha Vantage; skipped where they are not at hand. */
final class AlphaVantageRecordingsTest {
    private static final Path RECORDINGS = Path.of(System.getProperty(
                    "caravan.recordings",
                    TestHome.project().resolve("../shared/recordings").toString()))
            .resolve("alphavantage");

    @BeforeEach
    void skipWithoutRecordings() {
        assumeTrue(Files.isDirectory(RECORDINGS), "not checked: there are no recordings at " + RECORDINGS);
    }

    private static NormalisedAnswer read(String file, String symbol, String now) throws IOException {
        return Rows.read(symbol, Files.readString(RECORDINGS.resolve(file)), Instant.parse(now));
    }

    @ParameterizedTest
    @CsvSource({
        "daily_AMJ_2020-08.csv, AMJ, 2020-08-22T12:00:00Z, 100, 5",
        "daily_IBM_compact_2025-11.csv, IBM, 2025-11-08T12:00:00Z, 100, 5",
        "daily_IBM_compact_2026-05.csv, IBM, 2026-05-17T12:00:00Z, 100, 5",
        "daily_adjusted_IBM_compact_2026-05.csv, IBM, 2026-05-17T12:00:00Z, 100, 8",
        "daily_MSFT_full_2019-11.json, MSFT, 2019-11-30T12:00:00Z, 120, 5",
        "daily_IBM_2020-05.json, IBM, 2020-05-08T18:07:03Z, 2, 5",
        "daily_adjusted_IBM_2020-05.json, IBM, 2020-05-08T18:07:57Z, 2, 8"
    })
    void everyRowOfARecordingIsReadWithoutARejection(String file, String symbol, String now, int days, int metrics)
            throws IOException {
        NormalisedAnswer answer = read(file, symbol, now);
        assertThat(answer.rejections()).isEmpty();
        assertThat(answer.observations().size()).isEqualTo(days * metrics);
        assertThat(answer.observations().keys()).hasSize(metrics);
    }

    /** The calendar's rules against what was traded. */
    @ParameterizedTest
    @CsvSource({
        "daily_AMJ_2020-08.csv, AMJ, 2020-08-22T12:00:00Z",
        "daily_IBM_compact_2025-11.csv, IBM, 2025-11-08T12:00:00Z",
        "daily_IBM_compact_2026-05.csv, IBM, 2026-05-17T12:00:00Z"
    })
    void theTradingDaysOfARecordingAreTheOnesOfTheCalendar(String file, String symbol, String now) throws IOException {
        Set<LocalDate> recorded = Rows.buckets(read(file, symbol, now)).stream()
                .map(bucket -> bucket.atZone(ZoneOffset.UTC).toLocalDate())
                .collect(Collectors.toCollection(java.util.TreeSet::new));
        LocalDate first = recorded.iterator().next();
        LocalDate last = TradingDay.lastFinished(Instant.parse(now));
        assertThat(first.datesUntil(last.plusDays(1)).filter(TradingDay::isTrading))
                .containsExactlyElementsOf(recorded);
    }

    @Test
    void theDayUnderWayIsOpenAndTheOneBeforeIsNot() throws IOException {
        NormalisedAnswer answer = read("daily_adjusted_IBM_2020-05.json", "IBM", "2020-05-08T18:07:57Z");
        assertThat(Rows.values(answer))
                .containsEntry("CLOSE 2020-05-08T00:00:00Z open", 121.805)
                .containsEntry("DIVIDEND_AMOUNT 2020-05-08T00:00:00Z open", 0.0)
                .containsEntry("DIVIDEND_AMOUNT 2020-05-07T00:00:00Z", 1.63)
                .containsEntry("VOLUME 2020-05-07T00:00:00Z", 4412047.0);
    }

    @Test
    void rawAndAdjustedAnswersAgreeOnPricesAsTraded() throws IOException {
        NormalisedAnswer raw = read("daily_IBM_compact_2026-05.csv", "IBM", "2026-05-17T12:00:00Z");
        NormalisedAnswer adjusted = read("daily_adjusted_IBM_compact_2026-05.csv", "IBM", "2026-05-17T12:00:00Z");
        assertThat(Rows.values(adjusted)).containsAllEntriesOf(Rows.values(raw));
    }
}
