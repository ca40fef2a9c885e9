package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exchanges' calendars of several years, as they were published. */
final class ExchangeHolidaysTest {
    @ParameterizedTest
    @CsvSource({
        "2011, 01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26",
        "2019, 01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25",
        "2020, 01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25",
        "2021, 01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24",
        "2022, 01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26",
        "2023, 01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25",
        "2024, 01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25",
        "2025, 01-01 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
        "2026, 01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25",
        "2027, 01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24"
    })
    void theClosedWeekdaysOfAYearAreThePublishedOnes(int year, String closed) {
        List<String> found = LocalDate.of(year, 1, 1)
                .datesUntil(LocalDate.of(year + 1, 1, 1))
                .filter(date -> date.getDayOfWeek() != DayOfWeek.SATURDAY && date.getDayOfWeek() != DayOfWeek.SUNDAY)
                .filter(ExchangeHolidays::closedOn)
                .map(date -> date.toString().substring(5))
                .toList();
        assertThat(found).containsExactly(closed.split(" "));
    }

    @Test
    void aNewYearOnASaturdayIsNotKept() {
        assertThat(ExchangeHolidays.closedOn(LocalDate.of(2021, 12, 31))).isFalse();
        assertThat(ExchangeHolidays.closedOn(LocalDate.of(2022, 1, 3))).isFalse();
    }

    @Test
    void juneteenthIsKeptSince2022() {
        assertThat(ExchangeHolidays.closedOn(LocalDate.of(2020, 6, 19))).isFalse();
        assertThat(ExchangeHolidays.closedOn(LocalDate.of(2021, 6, 18))).isFalse();
        assertThat(ExchangeHolidays.closedOn(LocalDate.of(2022, 6, 20))).isTrue();
    }
}
