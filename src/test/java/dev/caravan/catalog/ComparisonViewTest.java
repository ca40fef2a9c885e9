package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One entity by several sources: one venue of each, one metric of each, one coin. The session stands in New York. */
final class ComparisonViewTest {
    private StoredSeries stored;

    @BeforeEach
    void migrate() {
        stored = new StoredSeries();
        stored.metric("velo CLOSE_PRICE PRICE USD level last end second -")
                .metric("velo DOLLAR_VOLUME FUTURES_VOLUME USD flow sum interval second 1")
                .metric("gecko PRICE PRICE USD level last end - 1")
                .entity("bitcoin")
                .mapping("velo", "BTC", "bitcoin", 1)
                .mapping("gecko", "bitcoin", "bitcoin", 1);
    }

    @AfterEach
    void close() {
        stored.close();
    }

    private StoredSeries velo(String metric, String venue, String time, double value) {
        return stored.hour("velo", metric, "BTC", venue, time, value);
    }

    private List<String> comparison() {
        return stored.strings(
                "SELECT canonical_id || ' ' || metric_name || ' ' || metric_date || ' ' || by_source || ' ' || venues"
                        + " || ' ' || sources || ' ' || lowest || ' ' || highest FROM v_entity_comparison ORDER BY 1");
    }

    @Test
    void theSourcesOfADayStandBesideEachOtherUnderOneName() {
        velo("CLOSE_PRICE", "second", "2026-03-08T23:00:00Z", 90);
        stored.hour("gecko", "PRICE", "bitcoin", "", "2026-03-08T23:00:00Z", 91);
        assertThat(comparison())
                .containsExactly("bitcoin PRICE 2026-03-08 {\"velo\": 90, \"gecko\": 91}"
                        + " {\"velo\": \"second\", \"gecko\": \"\"} 2 90 91");
    }

    @Test
    void thePreferredVenueSpeaksForItsSourceOnAllDays() {
        // The first venue by name has a day more: nothing of it stands between those of the preferred one.
        velo("CLOSE_PRICE", "first", "2026-03-07T23:00:00Z", 1);
        velo("CLOSE_PRICE", "first", "2026-03-08T23:00:00Z", 1);
        velo("CLOSE_PRICE", "second", "2026-03-08T23:00:00Z", 90);
        velo("CLOSE_PRICE", "third", "2026-03-08T23:00:00Z", 3);
        assertThat(stored.strings("SELECT metric_date || ' ' || by_source || ' ' || venues FROM v_entity_comparison"))
                .containsExactly("2026-03-08 {\"velo\": 90} {\"velo\": \"second\"}");
    }

    @Test
    void withoutThePreferredVenueTheFirstByNameSpeaksOnAllDays() {
        velo("CLOSE_PRICE", "third", "2026-03-07T23:00:00Z", 3);
        velo("CLOSE_PRICE", "third", "2026-03-08T23:00:00Z", 3);
        velo("CLOSE_PRICE", "first", "2026-03-08T23:00:00Z", 1);
        assertThat(stored.strings("SELECT metric_date || ' ' || by_source FROM v_entity_comparison"))
                .containsExactly("2026-03-08 {\"velo\": 1}");
    }

    @Test
    void flowsAreOfOneVenueTooAndTheirSumIsThereForWhoAsks() {
        for (String venue : List.of("first", "second")) {
            velo("DOLLAR_VOLUME", venue, "2026-03-08T01:00:00Z", 100);
            velo("DOLLAR_VOLUME", venue, "2026-03-08T23:00:00Z", 11);
        }
        assertThat(stored.strings("SELECT by_source FROM v_entity_comparison")).containsExactly("{\"velo\": 111}");
        assertThat(stored.strings("SELECT metric_date || ' ' || sum(value) FROM v_metrics_daily"
                        + " WHERE canonical_id = 'bitcoin' AND metric_name = 'FUTURES_VOLUME' GROUP BY metric_date"))
                .containsExactly("2026-03-08 222");
    }

    @Test
    void instrumentsOfOneVenueAreNotMixed() {
        for (String product : List.of("BTCUSDC", "BTCUSDT")) {
            stored.store(
                    new SeriesKey("velo", "DOLLAR_VOLUME", "BTC", "second", product, Granularity.HOUR),
                    "2026-03-08T23:00:00Z",
                    product.endsWith("C") ? 5 : 7,
                    false);
        }
        assertThat(stored.strings("SELECT product || ' ' || value FROM v_metrics_daily ORDER BY 1"))
                .containsExactly("BTCUSDC 5", "BTCUSDT 7");
        assertThat(stored.strings("SELECT by_source FROM v_entity_comparison")).containsExactly("{\"velo\": 5}");
    }

    @Test
    void ofTwoMetricsOfOneNameThePreferredOneSpeaks() {
        stored.metric("llama CHAIN_FEES_24H FEES USD flow sum interval - -")
                .metric("llama FEES_24H FEES USD flow sum interval - 1")
                .mapping("llama", "bitcoin", "bitcoin", 1)
                .day("llama", "CHAIN_FEES_24H", "bitcoin", "2026-03-08T00:00:00Z", 1)
                .day("llama", "FEES_24H", "bitcoin", "2026-03-08T00:00:00Z", 0);
        assertThat(stored.strings("SELECT metric_name || ' ' || by_source FROM v_entity_comparison"))
                .containsExactly("FEES {\"llama\": 0}");
        assertThat(stored.strings("SELECT source_metric FROM v_metrics_daily ORDER BY 1"))
                .containsExactly("CHAIN_FEES_24H", "FEES_24H");
    }

    @Test
    void aCoinThatIsAThousandIsBroughtToOne() {
        stored.metric("velo COIN_VOLUME COINS_TRADED coins flow sum interval second 1")
                .metric("gecko SUPPLY SUPPLY coins level last end - 1")
                .entity("pepe")
                .mapping("velo", "1000PEPE", "pepe", 1000)
                .hour("velo", "CLOSE_PRICE", "1000PEPE", "second", "2026-03-08T23:00:00Z", 4)
                .hour("velo", "COIN_VOLUME", "1000PEPE", "second", "2026-03-08T23:00:00Z", 5)
                .hour("velo", "DOLLAR_VOLUME", "1000PEPE", "second", "2026-03-08T23:00:00Z", 20);
        for (String view : List.of("v_metrics_daily", "v_normalized_metrics", "v_entity_metrics")) {
            assertThat(stored.strings("SELECT metric_name || ' ' || value FROM " + view + " ORDER BY 1"))
                    .as(view)
                    .containsExactly("COINS_TRADED 5000", "FUTURES_VOLUME 20", "PRICE 0.004");
        }
        assertThat(stored.strings("SELECT metric_name || ' ' || value FROM metrics ORDER BY 1"))
                .as("as the vendor gave it")
                .containsExactly("CLOSE_PRICE 4", "COIN_VOLUME 5", "DOLLAR_VOLUME 20");
        assertThat(stored.strings("SELECT asset || ' ' || price FROM v_derivatives_summary"))
                .containsExactly("1000PEPE 0.004");
    }

    @Test
    void anIdThatTheVendorPointsElsewhereStartsAnotherEntity() {
        stored.entity("terra").entity("terra-2").mapping("gecko", "luna", "terra", 1);
        stored.sql().update("UPDATE entity_source_ids SET valid_to = '2022-05-28 00:00Z' WHERE source_id = 'luna'");
        stored.sql()
                .update("INSERT INTO entity_source_ids (source, source_id, canonical_id, valid_from)"
                        + " VALUES ('gecko', 'luna', 'terra-2', '2022-05-28 00:00Z')");
        stored.hour("gecko", "PRICE", "luna", "", "2022-05-27T23:00:00Z", 1)
                .hour("gecko", "PRICE", "luna", "", "2022-05-28T00:00:00Z", 18);
        assertThat(stored.strings(
                        "SELECT canonical_id || ' ' || metric_date || ' ' || by_source FROM v_entity_comparison"
                                + " ORDER BY 1"))
                .containsExactly("terra 2022-05-27 {\"gecko\": 1}", "terra-2 2022-05-28 {\"gecko\": 18}");
    }

    @Test
    void whatAnIdMeantBeforeItsMappingBeginsIsNobodys() {
        stored.entity("late").mapping("gecko", "new", "late", 1);
        stored.sql()
                .update("UPDATE entity_source_ids SET valid_from = '2026-03-08 00:00Z', valid_to = '2026-03-09 00:00Z'"
                        + " WHERE source_id = 'new'");
        for (String day : List.of("2026-03-07", "2026-03-08", "2026-03-09")) {
            stored.hour("gecko", "PRICE", "new", "", day + "T23:00:00Z", 1);
        }
        for (String view : List.of("v_metrics_daily", "v_normalized_metrics", "metrics")) {
            assertThat(stored.strings("SELECT metric_date || coalesce(' ' || e.canonical_id, '') FROM " + view
                            + " LEFT JOIN entities e USING (entity_id) ORDER BY 1"))
                    .as(view)
                    .containsExactly("2026-03-07", "2026-03-08 late", "2026-03-09");
        }
    }

    @Test
    void anIdWithoutEntityIsInTheDaysAndInNoComparison() {
        stored.hour("gecko", "PRICE", "nobody", "", "2026-03-08T23:00:00Z", 2);
        assertThat(stored.strings(
                        "SELECT asset || ' ' || value || coalesce(canonical_id, ' nobody') FROM v_metrics_daily"))
                .containsExactly("nobody 2 nobody");
        assertThat(comparison()).isEmpty();
    }
}
