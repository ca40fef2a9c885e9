package dev.caravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Locale;
import java.util.TimeZone;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where buckets begin and end, and what they are called. */
final class GranularityTest {
    @ParameterizedTest
    @CsvSource({
        "HOUR, 2026-03-08T06:59:59.999Z, 2026-03-08T06:00:00Z, 2026-03-08T07:00:00Z",
        "HOUR, 2026-03-08T07:00:00Z, 2026-03-08T07:00:00Z, 2026-03-08T08:00:00Z",
        "HOUR, 2025-12-31T23:00:00.001Z, 2025-12-31T23:00:00Z, 2026-01-01T00:00:00Z",
        "DAY, 2026-03-08T23:59:59.999999Z, 2026-03-08T00:00:00Z, 2026-03-09T00:00:00Z",
        "DAY, 2026-03-08T00:00:00Z, 2026-03-08T00:00:00Z, 2026-03-09T00:00:00Z",
        "DAY, 2024-02-28T12:00:00Z, 2024-02-28T00:00:00Z, 2024-02-29T00:00:00Z",
        "DAY, 1969-12-31T01:00:00Z, 1969-12-31T00:00:00Z, 1970-01-01T00:00:00Z"
    })
    void aBucketBeginsAtTheFullHourOrMidnight(Granularity granularity, Instant instant, Instant bucket, Instant next) {
        assertThat(granularity.bucketOf(instant)).isEqualTo(bucket);
        assertThat(granularity.next(bucket)).isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(strings = {"America/New_York", "Asia/Kolkata", "UTC"})
    void aBucketDoesNotDependOnWhereTheMachineStands(String zone) {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone(zone));
            assertThat(Granularity.DAY.bucketOf(Instant.parse("2026-11-01T19:30:00Z")))
                    .isEqualTo(Instant.parse("2026-11-01T00:00:00Z"));
            assertThat(Granularity.HOUR.bucketOf(Instant.parse("2026-11-01T19:30:00Z")))
                    .isEqualTo(Instant.parse("2026-11-01T19:00:00Z"));
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Property(tries = 500)
    void everyInstantLiesInItsBucket(
            @ForAll Granularity granularity,
            @ForAll @LongRange(min = -2_000_000_000L, max = 8_000_000_000L) long second) {
        Instant instant = Instant.ofEpochSecond(second, second & 0xFFFF);
        Instant bucket = granularity.bucketOf(instant);
        assertThat(instant).isAfterOrEqualTo(bucket).isBefore(granularity.next(bucket));
        assertThat(granularity.bucketOf(bucket)).isEqualTo(bucket);
        assertThat(granularity.bucketOf(granularity.next(bucket))).isEqualTo(granularity.next(bucket));
    }

    @Test
    void labelsAreTheNamesInTheTables() {
        assertThat(Granularity.HOUR.label()).isEqualTo("hour");
        assertThat(Granularity.DAY.label()).isEqualTo("day");
    }

    @ParameterizedTest
    @EnumSource(Granularity.class)
    void aLabelLeadsBackToItsGranularity(Granularity granularity) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(new Locale("tr", "TR"));
            assertThat(Granularity.ofLabel(granularity.label())).isEqualTo(granularity);
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "minute", "days", "1h"})
    void anUnknownLabelIsRefused(String label) {
        assertThatThrownBy(() -> Granularity.ofLabel(label)).isInstanceOf(IllegalArgumentException.class);
    }
}
