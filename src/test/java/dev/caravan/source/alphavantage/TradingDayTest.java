package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** New York's days and hours in UTC, on both sides of its clock changes. */
final class TradingDayTest {
    @ParameterizedTest
    @CsvSource({
        "2026-01-15T09:30:00, 2026-01-15T14:30:00Z",
        "2026-07-15T09:30:00, 2026-07-15T13:30:00Z",
        "2026-03-06T16:00:00, 2026-03-06T21:00:00Z",
        "2026-03-09T16:00:00, 2026-03-09T20:00:00Z",
        "2026-10-30T16:00:00, 2026-10-30T20:00:00Z",
        "2026-11-02T16:00:00, 2026-11-02T21:00:00Z",
        "2026-11-01T01:30:00, 2026-11-01T05:30:00Z"
    })
    void aTimeOfTheVendorIsEastern(LocalDateTime eastern, Instant expected) {
        assertThat(TradingDay.utc(eastern)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        // winter: the day of the 15th ends at 01:00 UTC
        "2026-01-16T00:59:59Z, 2026-01-14",
        "2026-01-16T01:00:00Z, 2026-01-15",
        // summer: at midnight UTC
        "2026-07-15T23:59:59Z, 2026-07-14",
        "2026-07-16T00:00:00Z, 2026-07-15",
        // a weekend, a holiday, and a weekend before a holiday
        "2026-11-22T12:00:00Z, 2026-11-20",
        "2026-11-27T01:05:00Z, 2026-11-25",
        "2026-09-08T03:00:00Z, 2026-09-04"
    })
    void theLastFinishedDayIsTheOneWhoseEveningIsOver(Instant now, LocalDate expected) {
        assertThat(TradingDay.lastFinished(now)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-15T14:29:59Z, false",
        "2026-01-15T14:30:00Z, true",
        "2026-01-16T00:59:59Z, true",
        "2026-01-16T01:00:00Z, false",
        "2026-07-15T13:30:00Z, true",
        "2026-07-16T00:00:00Z, false",
        "2026-11-21T16:00:00Z, false",
        "2026-11-26T16:00:00Z, false"
    })
    void aDayIsUnderWayFromHalfPastNineToEightInTheEvening(Instant now, boolean expected) {
        assertThat(TradingDay.isUnderWay(now)).isEqualTo(expected);
    }

    @Test
    void theBucketIsMidnightUtcOfTheTradingDate() {
        assertThat(TradingDay.bucket(LocalDate.of(2026, 7, 15))).isEqualTo(Instant.parse("2026-07-15T00:00:00Z"));
        assertThat(TradingDay.today(Instant.parse("2026-07-15T03:59:59Z"))).isEqualTo(LocalDate.of(2026, 7, 14));
    }
}
