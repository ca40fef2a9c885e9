package dev.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How permitted rates are written and what follows from them. */
final class RateTest {
    @ParameterizedTest
    @CsvSource({"15/1s, 15, 1", "6/60s, 6, 60", "120/30s, 120, 30", "5/s, 5, 1", "' 30 / 60 s ', 30, 60"})
    void aRateIsRequestsInSeconds(String text, int permits, int seconds) {
        assertThat(Rate.parse(text)).isEqualTo(new Rate(permits, Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "15", "15/1", "15/1m", "-5/1s", "1.5/1s", "a/1s", "9999999999/1s", "15/1s 20/1s"})
    void anotherFormIsRefusedWithTheRightOne(String text) {
        assertThatThrownBy(() -> Rate.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("requests/seconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0/1s", "5/0s"})
    void aRateThatPermitsNothingIsRefused(String text) {
        assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWindowMustBeLongerThanNothing() {
        assertThatThrownBy(() -> new Rate(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rate(1, Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rate(0, Duration.ofSeconds(1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theGapSpacesRequestsEvenly() {
        assertThat(Rate.parse("6/60s").gapSeconds()).isEqualTo(10.0);
        assertThat(Rate.parse("15/1s").gapSeconds()).isEqualTo(1.0 / 15, within(1e-12));
        assertThat(Rate.parse("120/30s").gapSeconds()).isEqualTo(0.25);
    }

    @Test
    void perMinuteIsRoundedUpAndNeverZero() {
        assertThat(Rate.parse("15/1s").perMinute()).isEqualTo(900);
        assertThat(Rate.parse("120/30s").perMinute()).isEqualTo(240);
        assertThat(Rate.parse("1/7s").perMinute()).isEqualTo(9);
        assertThat(Rate.parse("25/86400s").perMinute()).isEqualTo(1);
    }

    @Property(tries = 200)
    void aRateIsWrittenAsItIsRead(
            @ForAll @IntRange(min = 1, max = 999_999_999) int permits,
            @ForAll @IntRange(min = 1, max = 999_999) int s) {
        Rate rate = new Rate(permits, Duration.ofSeconds(s));
        assertThat(Rate.parse(rate.toString())).isEqualTo(rate);
        assertThat(rate.gapSeconds() * permits).isEqualTo(s, within(s * 1e-9));
    }
}
