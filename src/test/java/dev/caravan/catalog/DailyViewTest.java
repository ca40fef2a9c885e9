package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Days: how hours become one, which one a value is served under, and whether it is over. The session stands in New York. */
final class DailyViewTest {
    private static final SeriesKey HOURLY = SeriesKey.of("a", "M", "x", Granularity.HOUR);

    private StoredSeries stored;

    @BeforeEach
    void migrate() {
        stored = new StoredSeries();
    }

    @AfterEach
    void close() {
        stored.close();
    }

    private List<String> days() {
        return stored.strings(
                "SELECT metric_date || ' ' || value || ' ' || points || CASE WHEN closed THEN '' ELSE ' open' END"
                        + " FROM v_metrics_daily ORDER BY metric_date");
    }

    @ParameterizedTest
    @CsvSource({
        "flow, sum, 20",
        "level, last, 8",
        "rate, mean, 4",
        // The kind has no say where the catalogue says how: a level may be a day's greatest.
        "level, first, 1",
        "level, max, 9",
        "level, min, -2",
        "ratio, sum, 20"
    })
    void hoursBecomeADayAsTheCatalogueSays(String kind, String daily, String expected) {
        // The canonical name says FEES each time: a name decides nothing.
        stored.metric("a M FEES USD " + kind + " " + daily + " interval - -");
        stored.hour("a", "M", "x", "", "2026-03-08T00:00:00Z", 1)
                .hour("a", "M", "x", "", "2026-03-08T07:00:00Z", 4)
                .hour("a", "M", "x", "", "2026-03-08T08:00:00Z", 9)
                .hour("a", "M", "x", "", "2026-03-08T22:00:00Z", -2)
                .hour("a", "M", "x", "", "2026-03-08T23:00:00Z", 8);
        assertThat(days()).containsExactly("2026-03-08 " + expected + " 5");
    }

    @Test
    void anHourlyLevelTakenAtTheEndGivesTheCloseOfItsDay() {
        stored.metric("a M TVL USD level last end - -")
                .hour("a", "M", "x", "", "2026-03-08T22:00:00Z", 1)
                .hour("a", "M", "x", "", "2026-03-08T23:00:00Z", 2)
                .hour("a", "M", "x", "", "2026-03-09T00:00:00Z", 3);
        assertThat(days()).containsExactly("2026-03-08 2 2", "2026-03-09 3 1 open");
    }

    @Test
    void anHourlyLevelTakenAtTheStartOfADayIsTheCloseOfTheDayBefore() {
        stored.metric("a M TVL USD level last start - -")
                .hour("a", "M", "x", "", "2026-03-08T01:00:00Z", 1)
                .hour("a", "M", "x", "", "2026-03-09T00:00:00Z", 2)
                .hour("a", "M", "x", "", "2026-03-09T01:00:00Z", 3);
        assertThat(days()).containsExactly("2026-03-08 2 2", "2026-03-09 3 1 open");
    }

    @Test
    void aDailyLevelTakenAtTheStartIsTheCloseOfTheDayBeforeAndAFlowIsNot() {
        stored.metric("a M TVL USD level last start - -")
                .metric("a F FEES USD flow sum start - -")
                .day("a", "M", "x", "2026-03-08T00:00:00Z", 0)
                .day("a", "F", "x", "2026-03-08T00:00:00Z", 0);
        assertThat(stored.strings("SELECT metric_name || ' ' || metric_date || ' ' || value || ' ' || closed"
                        + " FROM v_metrics_daily ORDER BY 1"))
                .containsExactly("FEES 2026-03-08 0 true", "TVL 2026-03-07 0 true");
        assertThat(stored.strings(
                        "SELECT metric_name || ' ' || metric_date || ' ' || extract(epoch FROM pulled_at)::int8"
                                + " FROM v_normalized_metrics ORDER BY 1"))
                .as("the instant stays the vendor's")
                .containsExactly("FEES 2026-03-08 1772928000", "TVL 2026-03-07 1772928000");
    }

    @Test
    void aMetricThatTheCatalogueDoesNotKnowKeepsItsNameAndTakesTheLastValue() {
        stored.hour("a", "CHAIN_NEWS_24H", "x", "", "2026-03-08T01:00:00Z", 5)
                .hour("a", "CHAIN_NEWS_24H", "x", "", "2026-03-08T23:00:00Z", 7);
        assertThat(stored.strings(
                        "SELECT metric_name || ' ' || value || coalesce(kind, ' no kind') || coalesce(unit, ' no unit')"
                                + " FROM v_metrics_daily"))
                .containsExactly("CHAIN_NEWS_24H 7 no kind no unit");
        assertThat(stored.strings(
                        "SELECT DISTINCT metric_name || coalesce(kind, ' no kind') FROM v_normalized_metrics"))
                .containsExactly("CHAIN_NEWS_24H no kind");
    }

    @Test
    void whereTheSourceHasTheDayItselfItsHoursAreNotAddedToIt() {
        stored.metric("a M FEES USD flow sum interval - -")
                .day("a", "M", "x", "2026-03-08T00:00:00Z", 0)
                .hour("a", "M", "x", "", "2026-03-08T10:00:00Z", 4)
                .hour("a", "M", "x", "", "2026-03-08T11:00:00Z", 4)
                .hour("a", "M", "x", "", "2026-03-09T11:00:00Z", 4);
        assertThat(days()).containsExactly("2026-03-08 0 1", "2026-03-09 4 1 open");
    }

    @Test
    void whereTheDayIsTakenAtItsStartTheHoursOfTheDayBeforeGiveWayToIt() {
        stored.metric("a M TVL USD level last start - -")
                .day("a", "M", "x", "2026-03-09T00:00:00Z", 5)
                .hour("a", "M", "x", "", "2026-03-08T10:00:00Z", 4)
                .hour("a", "M", "x", "", "2026-03-09T10:00:00Z", 6);
        assertThat(days()).containsExactly("2026-03-08 5 1", "2026-03-09 6 1 open");
    }

    @Test
    void aDayIsClosedWhenItsLastHourIsThereAndNothingInItIsOpen() {
        stored.metric("a M FEES USD flow sum interval - -")
                .store(HOURLY, "2026-03-08T22:00:00Z", 1, false)
                .store(HOURLY, "2026-03-08T23:00:00Z", 1, true);
        assertThat(days()).containsExactly("2026-03-08 2 2 open");
        stored.store(HOURLY, "2026-03-08T23:00:00Z", 2, false);
        assertThat(days()).containsExactly("2026-03-08 3 2");
    }

    @Test
    void aDayWithoutItsLastHourIsClosedWhenTheSeriesHasGoneOn() {
        stored.metric("a M FEES USD flow sum interval - -").store(HOURLY, "2026-03-08T15:00:00Z", 1, false);
        assertThat(days()).containsExactly("2026-03-08 1 1 open");
        stored.store(HOURLY, "2026-03-10T00:00:00Z", 1, true);
        assertThat(days()).containsExactly("2026-03-08 1 1", "2026-03-10 1 1 open");
    }

    @Test
    void aDayThatTheSourceGivesIsOpenForAsLongAsItsValueIs() {
        SeriesKey daily = SeriesKey.of("a", "M", "x", Granularity.DAY);
        stored.metric("a M TVL USD level last end - -").store(daily, "2026-03-08T00:00:00Z", 1, true);
        assertThat(days()).containsExactly("2026-03-08 1 1 open");
        stored.store(daily, "2026-03-08T00:00:00Z", 1, false);
        assertThat(days()).containsExactly("2026-03-08 1 1");
    }

    @Test
    void everyViewOfValuesSaysWhatIsOpen() {
        stored.metric("a M PRICE USD level last end v 1")
                .entity("e")
                .mapping("a", "x", "e", 1)
                .store(new SeriesKey("a", "M", "x", "v", "", Granularity.HOUR), "2026-03-08T23:00:00Z", 1, true);
        for (String view : List.of(
                "metrics",
                "v_normalized_metrics",
                "v_latest_metrics",
                "v_metrics_daily",
                "v_entity_metrics",
                "v_entity_comparison")) {
            assertThat(stored.strings("SELECT closed FROM " + view)).as(view).containsExactly("f");
        }
    }
}
