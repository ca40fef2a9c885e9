package dev.caravan.source.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.PlannerTest;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What Artemis is asked, in which batches, of which days, and into what a batch falls. */
final class ArtemisPlannerTest extends PlannerTest {
    private static final String SECRET = "artemis-secret-of-planner-test";

    ArtemisPlannerTest() {
        super("artemis");
    }

    private static void configure(String... rows) {
        List<String> lines = new ArrayList<>(List.of("symbol,name,category,metrics"));
        lines.addAll(List.of(rows));
        home.write("config/sources/artemis.csv", lines.toArray(String[]::new));
    }

    private static List<String> symbols(int count) {
        return IntStream.range(0, count).mapToObj(i -> "coin-" + i).toList();
    }

    private static void configure(List<String> symbols, String metrics) {
        configure(symbols.stream().map(symbol -> symbol + ",X,App," + metrics).toArray(String[]::new));
    }

    private List<VendorRequest> calls(Map<String, String> changes) {
        return calls(home.path(), changes);
    }

    private List<VendorRequest> calls(Path place, Map<String, String> changes) {
        Map<String, String> settings = new HashMap<>(changes);
        settings.put("artemis.api.key", SECRET);
        Settings all = Settings.load(place, Map.of(), settings, false);
        return new ArtemisPlanner(all, caravan.ledger()).calls(pull);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(pull.startedAt(), ZoneOffset.UTC);
    }

    @Test
    void oneMetricOfFiftySymbolsIsOneCall() {
        List<String> symbols = symbols(120);
        configure(symbols, "PRICE FEES");
        List<VendorRequest> requests = calls(Map.of());
        assertThat(requests)
                .extracting(VendorRequest::path)
                .containsExactly(
                        "/data/api/PRICE/",
                        "/data/api/PRICE/",
                        "/data/api/PRICE/",
                        "/data/api/FEES/",
                        "/data/api/FEES/",
                        "/data/api/FEES/");
        assertThat(requests.subList(3, 6))
                .extracting(VendorRequest::assets)
                .containsExactly(symbols.subList(0, 50), symbols.subList(50, 100), symbols.subList(100, 120));
        assertThat(requests.get(5).metrics()).containsExactly("FEES");
        assertThat(pull.progress().planned()).isEqualTo(6);
    }

    @Test
    void theShippedFileIsEightySixCalls() {
        List<VendorRequest> requests = calls(TestHome.project(), Map.of());
        assertThat(requests).hasSize(86).allSatisfy(request -> {
            assertThat(request.assets()).hasSizeBetween(1, 50);
            assertThat(request.base()).isEqualTo("https://data-svc.artemisxyz.com");
            assertThat(request.description()).contains("APIKey={key}").doesNotContain(SECRET);
        });
    }

    @Test
    void theWindowTrailsTodayAndBothEndsAreDaysOfUtc() {
        configure("usd*,Usual,Stablecoin,PRICE", "M,Meme,App,PRICE");
        assertThat(calls(Map.of("artemis.trailing-days", "10")))
                .extracting(VendorRequest::query)
                .containsExactly("symbols=usd%2A,M&startDate=" + today().minusDays(10) + "&endDate=" + today()
                        + "&APIKey={key}");
    }

    @Test
    void statementsAreAskedByTheQuarterOverAYear() {
        configure("eq-coin,Coinbase,Equity,PRICE EQ_TOTAL_DEBT");
        assertThat(calls(Map.of()))
                .extracting(VendorRequest::query)
                .containsExactly(
                        "symbols=eq-coin&startDate=" + today().minusDays(7) + "&endDate=" + today() + "&APIKey={key}",
                        "symbols=eq-coin&startDate=" + today().minusDays(365) + "&endDate=" + today()
                                + "&granularity=QUARTER&APIKey={key}");
    }

    @Test
    void hostPathAndBatchAreSettings() {
        configure(symbols(5), "PRICE");
        assertThat(calls(Map.of(
                        "artemis.api.url", "http://127.0.0.1:9/",
                        "artemis.api.path", "/v2/data",
                        "artemis.batch-symbols", "3")))
                .extracting(request -> request.base() + request.path())
                .containsExactly("http://127.0.0.1:9/v2/data/PRICE/", "http://127.0.0.1:9/v2/data/PRICE/");
    }

    @Test
    void aBatchThatIsTooLargeFallsIntoHalvesThatCoverIt() {
        List<String> symbols = symbols(50);
        configure(symbols, "FEES");
        VendorRequest whole = calls(Map.of()).get(0);
        assertThat(whole.halved()).containsExactlyInAnyOrder(400, 500);
        List<VendorRequest> halves = whole.halves().get();
        assertThat(halves)
                .extracting(VendorRequest::assets)
                .containsExactly(symbols.subList(0, 25), symbols.subList(25, 50));
        assertThat(halves).allSatisfy(half -> {
            assertThat(half.path()).isEqualTo("/data/api/FEES/");
            assertThat(half.metrics()).containsExactly("FEES");
            assertThat(half.answer()).isEqualTo(whole.answer());
            assertThat(half.query())
                    .endsWith(whole.query().substring(whole.query().indexOf("&startDate")));
        });
    }

    @Test
    void halvingEndsWhereTheSizeCannotBeTheReason() {
        List<String> symbols = symbols(50);
        configure(symbols, "FEES");
        List<VendorRequest> current = calls(Map.of());
        List<VendorRequest> smallest = new ArrayList<>();
        int asked = 0;
        while (!current.isEmpty()) {
            List<VendorRequest> next = new ArrayList<>();
            for (VendorRequest request : current) {
                asked++;
                if (request.halved().contains(500)) {
                    next.addAll(request.halves().get());
                } else {
                    smallest.add(request);
                }
            }
            current = next;
        }
        assertThat(asked).isEqualTo(15);
        assertThat(smallest).allSatisfy(request -> assertThat(request.assets()).hasSizeBetween(6, 7));
        assertThat(smallest.stream().flatMap(request -> request.assets().stream()))
                .containsExactlyElementsOf(symbols);
    }

    @Test
    void aSymbolThatTheVendorDoesNotKnowIsFoundByHalvingAndThenRefused() {
        configure(symbols(2), "FEES");
        VendorRequest pair = calls(Map.of()).get(0);
        assertThat(pair.halved()).containsExactly(400);
        assertThat(pair.halves().get()).hasSize(2).allSatisfy(single -> {
            assertThat(single.assets()).hasSize(1);
            assertThat(single.halved()).isEmpty();
            assertThat(single.halves().get()).isEmpty();
            assertThat(single.refusals()).containsExactly(400);
        });
    }

    @Test
    void aPairThatWasAnsweredWithNothingIsNotAskedAgainThisWeek() {
        configure("never-has-fees,X,App,PRICE FEES", "has-fees,X,App,FEES");
        List<VendorRequest> first = calls(Map.of());
        SeriesKey fees = SeriesKey.of("artemis", "FEES", "has-fees", Granularity.DAY);
        Instant day = today().atStartOfDay(ZoneOffset.UTC).toInstant();
        pull.answered(first.get(0), NormalisedAnswer.of(ObservationBatch.EMPTY, List.of()));
        pull.answered(
                first.get(1),
                NormalisedAnswer.of(
                        new ObservationBatch.Builder().add(fees, day, 0, true).build(), List.of()));
        caravan.ledger().end(pull);
        begin();
        assertThat(calls(Map.of())).singleElement().satisfies(request -> {
            assertThat(request.assets()).containsExactly("has-fees");
            assertThat(request.metrics()).containsExactly("FEES");
        });
    }

    @Test
    void aSettingOutOfRangeIsAWrongConfiguration() {
        configure(symbols(1), "FEES");
        assertThatThrownBy(() -> calls(Map.of("artemis.trailing-days", "0")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("artemis.trailing-days");
    }
}
