package dev.caravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What names a series. */
final class SeriesKeyTest {
    @Test
    void aKeyWithoutVenueHasEmptyVenueAndProduct() {
        assertThat(SeriesKey.of("defillama", "TVL", "lido", Granularity.DAY))
                .isEqualTo(new SeriesKey("defillama", "TVL", "lido", "", "", Granularity.DAY));
    }

    @Test
    void everyPartTellsSeriesApart() {
        SeriesKey key = new SeriesKey("s", "m", "a", "e", "p", Granularity.DAY);
        assertThat(key)
                .isNotEqualTo(new SeriesKey("S", "m", "a", "e", "p", Granularity.DAY))
                .isNotEqualTo(new SeriesKey("s", "M", "a", "e", "p", Granularity.DAY))
                .isNotEqualTo(new SeriesKey("s", "m", "A", "e", "p", Granularity.DAY))
                .isNotEqualTo(new SeriesKey("s", "m", "a", "E", "p", Granularity.DAY))
                .isNotEqualTo(new SeriesKey("s", "m", "a", "e", "P", Granularity.DAY))
                .isNotEqualTo(new SeriesKey("s", "m", "a", "e", "p", Granularity.HOUR))
                .isEqualTo(new SeriesKey("s", "m", "a", "e", "p", Granularity.DAY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void aBlankNameIsRefused(String blank) {
        assertThatThrownBy(() -> SeriesKey.of(blank, "m", "a", Granularity.DAY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SeriesKey.of("s", blank, "a", Granularity.DAY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SeriesKey.of("s", "m", blank, Granularity.DAY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingPartIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> SeriesKey.of(null, "m", "a", Granularity.DAY));
        assertThatNullPointerException().isThrownBy(() -> SeriesKey.of("s", null, "a", Granularity.DAY));
        assertThatNullPointerException().isThrownBy(() -> SeriesKey.of("s", "m", null, Granularity.DAY));
        assertThatNullPointerException().isThrownBy(() -> SeriesKey.of("s", "m", "a", null));
        assertThatNullPointerException().isThrownBy(() -> new SeriesKey("s", "m", "a", null, "", Granularity.DAY));
        assertThatNullPointerException().isThrownBy(() -> new SeriesKey("s", "m", "a", "", null, Granularity.DAY));
    }
}
