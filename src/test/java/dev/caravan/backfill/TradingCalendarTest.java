package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.opengamma.strata.basics.ReferenceData;
import com.opengamma.strata.basics.date.HolidayCalendar;
import com.opengamma.strata.basics.date.HolidayCalendarIds;
import dev.caravan.ingest.Granularity;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Layers;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On which days and hours a source's series are expected to have values. */
final class TradingCalendarTest {
    private static final Layers PROJECT = Layers.of(TestHome.project());
    private static final Calendar EXCHANGES = Calendar.of("us-equities", PROJECT);

    @TempDir
    Path folder;

    private static boolean day(String date) {
        return EXCHANGES.expects(
                Granularity.DAY,
                LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21", // a Saturday
                "2026-11-22", // a Sunday
                "2025-11-27", // Thanksgiving
                "2026-11-26",
                "2025-04-18", // Good Friday
                "2026-04-03",
                "2026-06-19", // Juneteenth
                "2027-06-18", // Juneteenth on a Saturday
                "2026-01-01",
                "2023-01-02", // New Year on a Sunday
                "2026-07-03",
                "2001-09-11", // closed by decree
                "2001-09-14",
                "2012-10-29",
                "2012-10-30",
                "2025-01-09"
            })
    void noValueIsExpectedOfADayWithoutTrading(String date) {
        assertThat(day(date)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-20",
                "2025-11-28", // the day after Thanksgiving is a short one
                "2021-12-31", // New Year on a Saturday is not kept
                "2022-01-03",
                "2021-06-18", // Juneteenth was not kept before 2022
                "2001-09-10",
                "2001-09-17",
                "2025-01-08"
            })
    void aValueIsExpectedOfATradingDay(String date) {
        assertThat(day(date)).isTrue();
    }

    /** The regular session in UTC, before and after the clocks change, and on a short day. */
    @ParameterizedTest
    @CsvSource({
        "2026-10-30, 13, 19",
        "2026-11-02, 14, 20",
        "2026-03-06, 14, 20",
        "2026-03-09, 13, 19",
        "2026-11-27, 14, 17",
        "2025-12-24, 14, 17",
        "2025-07-03, 13, 16",
        "2002-07-05, 13, 16"
    })
    void onlyHoursOfTheRegularSessionAreExpected(LocalDate date, int first, int last) {
        List<Integer> hours = Stream.iterate(0, hour -> hour + 1)
                .limit(24)
                .filter(hour ->
                        EXCHANGES.expects(Granularity.HOUR, date.atTime(hour, 0).toInstant(ZoneOffset.UTC)))
                .toList();
        assertThat(hours).first().isEqualTo(first);
        assertThat(hours).last().isEqualTo(last);
        assertThat(hours).hasSize(last - first + 1);
    }

    @Test
    void noHourOfAHolidayIsExpected() {
        assertThat(Stream.iterate(Instant.parse("2026-11-26T00:00:00Z"), Granularity.HOUR::next)
                        .limit(24))
                .noneMatch(hour -> EXCHANGES.expects(Granularity.HOUR, hour));
    }

    /**
     * Every date of 33 years against a library that banks use. It lacks the first of the two days of the hurricane and the
     * mourning of 2025, on both of which nothing was traded.
     */
    @Test
    void rulesAndFileAgreeWithAMaintainedCalendar() {
        HolidayCalendar theirs = HolidayCalendarIds.NYSE.resolve(ReferenceData.standard());
        TradingCalendar ours = TradingCalendar.of(PROJECT);
        assertThat(LocalDate.of(1998, 1, 1).datesUntil(LocalDate.of(2031, 1, 1)))
                .filteredOn(date -> ours.isTrading(date) != theirs.isBusinessDay(date))
                .containsExactly(LocalDate.of(2012, 10, 29), LocalDate.of(2025, 1, 9));
    }

    @Test
    void theUsersClosuresAddToTheInstallations() {
        TestHome.in(folder).write(TradingCalendar.CLOSURES, "date,reason", "2026-11-20,A test");
        Calendar both = Calendar.of("us-equities", Layers.of(TestHome.project(), folder));
        assertThat(both.expects(Granularity.DAY, Instant.parse("2026-11-20T00:00:00Z")))
                .isFalse();
        assertThat(both.expects(Granularity.DAY, Instant.parse("2001-09-11T00:00:00Z")))
                .isFalse();
        assertThat(both.expects(Granularity.DAY, Instant.parse("2026-11-19T00:00:00Z")))
                .isTrue();
    }

    @Test
    void aDateThatCannotBeReadIsNamedWithItsLine() {
        TestHome.in(folder).write(TradingCalendar.CLOSURES, "date,reason", "20 November,A test");
        assertThatThrownBy(() -> Calendar.of("us-equities", Layers.of(TestHome.project(), folder)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("us-equities-closures.csv, line 2");
    }

    @Test
    void sharesKeepTheExchangesDaysAndCoinsEveryDay() {
        Settings settings = Settings.load(TestHome.project(), Map.of(), Map.of(), false);
        Instant sunday = Instant.parse("2026-11-22T00:00:00Z");
        assertThat(Calendar.ofSource("alphavantage", settings).expects(Granularity.DAY, sunday))
                .isFalse();
        assertThat(Calendar.ofSource("coingecko", settings).expects(Granularity.DAY, sunday))
                .isTrue();
        assertThat(Calendar.ofSource("coingecko", settings).expects(Granularity.HOUR, sunday))
                .isTrue();
    }

    /** Where every bucket is expected, a count tells whether one is missing. */
    @Test
    void onlyACalendarOfEveryBucketSaysSo() {
        assertThat(Calendar.of("always", PROJECT).isAlways()).isTrue();
        assertThat(EXCHANGES.isAlways()).isFalse();
    }

    @Test
    void anUnknownCalendarIsAWrongSetting() {
        Settings settings = Settings.load(TestHome.project(), Map.of(), Map.of("velo.calendar", "lunar"), false);
        assertThatThrownBy(() -> Calendar.ofSource("velo", settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'lunar'");
    }
}
