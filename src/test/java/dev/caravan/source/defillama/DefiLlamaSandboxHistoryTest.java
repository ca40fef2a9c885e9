package dev.caravan.source.defillama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.PullLedger;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.Settings;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.ProjectedJson;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every history that the sandbox plays against what was pulled live at the midnight that ended a day: amounts of that day,
 * and levels as they stood then.
 */
final class DefiLlamaSandboxHistoryTest {
    private static final String KEY = "llama-secret-of-sandbox-history-test";
    private static final LocalDate DAY = LocalDate.parse("2026-11-19");
    /** The sandbox's levels are those of the full hour, which is the midnight itself. */
    private static final Instant LIVE = Instant.parse("2026-11-20T00:00:30Z");
    /** Two midnights later, when nothing about the day moves any more. */
    private static final Instant LATER = Instant.parse("2026-11-21T10:20:30Z");

    private static final Set<String> WITHOUT_HISTORY =
            Set.of("BRIDGE_VOLUME_7D", "BRIDGE_VOLUME_30D", "PERPS_OPEN_INTEREST");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    private static final Map<String, Double> PULLED = new TreeMap<>();
    private static final Map<String, Map<LocalDate, Double>> HISTORY = new TreeMap<>();
    private static final Map<String, LocalDate> OFFERED_UNTIL = new HashMap<>();
    private static final List<String> TROUBLE = new ArrayList<>();
    private static final Set<String> KINDS = new TreeSet<>();

    @BeforeAll
    static void pullAndReadHistory() throws Exception {
        TestHome.copyTo(folder)
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "ethereum,Ethereum,ethereum,,,,Chain,",
                        "bsc,BSC,binancecoin,,,,Chain,",
                        "op-mainnet,OP Mainnet,optimism,,,,Chain,",
                        "lido,Lido,lido-dao,protocol,,,Liquid Staking,",
                        "aave,Aave,aave,protocol,,,Lending,a family",
                        "sushi,Sushi,,protocol,,,Dexs,a family",
                        "compound-v2,Compound V2,,protocol,,,Lending,",
                        "uniswap-v3,Uniswap V3,,protocol,,,Dexs,",
                        "hyperliquid,Hyperliquid,hyperliquid,protocol,,,Derivatives,a family",
                        "gmx-v2-perps,GMX V2 Perps,,protocol,,,Derivatives,",
                        "hegic,Hegic,hegic,,,,Options,",
                        "0x-aggregator,0x Aggregator,0x,,,,DEX Aggregator,",
                        "across,Across,across-protocol,,,Across,Cross Chain Bridge,",
                        "tether,Tether,tether,stablecoin,1,,Stablecoin,",
                        "celo-euro,Celo Euro,celo-euro,stablecoin,52,,Stablecoin,");
        try (Sandbox then = sandbox(LIVE);
                TestCaravan caravan = TestCaravan.start(folder, settings(then, LIVE))) {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            caravan.sql()
                    .query(
                            "SELECT asset, metric, last_value FROM series JOIN series_state USING (series_id)"
                                    + " WHERE source = 'defillama'",
                            row -> {
                                if (!WITHOUT_HISTORY.contains(row.getString("metric"))) {
                                    PULLED.put(
                                            row.getString("asset") + " " + row.getString("metric"),
                                            row.getDouble("last_value"));
                                }
                            });
            try (Sandbox now = sandbox(LATER)) {
                readHistory(caravan, now);
            }
        }
    }

    private static Sandbox sandbox(Instant at) {
        return Sandbox.start(folder.resolve("config/sources"), Clock.fixed(at, ZoneOffset.UTC), 0);
    }

    private static Map<String, String> settings(Sandbox sandbox, Instant now) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("caravan.now", now.toString());
        settings.put("defillama.api.key", KEY);
        return settings;
    }

    private static void readHistory(TestCaravan caravan, Sandbox sandbox) throws IOException, InterruptedException {
        Settings settings = Settings.load(folder, Map.of(), settings(sandbox, LATER), false);
        PullLedger ledger =
                new PullLedger(caravan.caravan().database(), caravan.caravan().statements(), settings);
        DefiLlamaHistory history = new DefiLlamaHistory(settings, new Accounts(settings), ledger);
        DefiLlamaNormaliser normaliser = new DefiLlamaNormaliser(settings);
        Map<String, String> names = new HashMap<>();
        for (VendorRequest list : history.lists()) {
            names.putAll(ask(normaliser, list).vendorNames());
        }
        var offered = history.offered(names, LATER);
        offered.forEach(stretch -> OFFERED_UNTIL.put(
                stretch.series().asset() + " " + stretch.series().metric(),
                LocalDate.ofInstant(stretch.to(), ZoneOffset.UTC)));
        for (Window window : history.pack(offered, names, LATER)) {
            KINDS.add(window.answer());
            ObservationBatch batch = ask(normaliser, history.request(window)).observations();
            for (int i = 0; i < batch.size(); i++) {
                HISTORY.computeIfAbsent(
                                batch.key(i).asset() + " " + batch.key(i).metric(), added -> new TreeMap<>())
                        .put(
                                LocalDate.ofInstant(Instant.ofEpochSecond(batch.epochSecond(i)), ZoneOffset.UTC),
                                batch.value(i));
            }
        }
    }

    private static NormalisedAnswer ask(DefiLlamaNormaliser normaliser, VendorRequest request)
            throws IOException, InterruptedException {
        String path = request.path().replace("{key}", KEY);
        URI address = URI.create(request.base() + path + (request.query().isEmpty() ? "" : "?" + request.query()));
        HttpResponse<InputStream> response =
                CLIENT.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                TROUBLE.add(request + ": HTTP " + response.statusCode());
                return NormalisedAnswer.of(ObservationBatch.EMPTY, List.of());
            }
            NormalisedAnswer answer =
                    normaliser.normalise(request, new ProjectedJson().read(body, request.fields()), LATER);
            answer.rejections().forEach(rejection -> TROUBLE.add(request + ": " + rejection));
            return answer;
        }
    }

    @AfterAll
    static void forget() {
        PULLED.clear();
        HISTORY.clear();
    }

    @Test
    void allKindsOfHistoryWereAskedAndNoneWasRefused() {
        assertThat(TROUBLE).isEmpty();
        assertThat(KINDS)
                .contains(
                        "history:chain-tvl",
                        "history:chain:FEES_24H",
                        "history:chain:REVENUE_24H",
                        "history:chain:DEX_VOLUME_24H",
                        "history:chain:OPTIONS_VOLUME_24H",
                        "history:chain-perps",
                        "history:gas:FEES_24H",
                        "history:gas:REVENUE_24H",
                        "history:protocol",
                        "history:protocol:FEES_24H",
                        "history:protocol:REVENUE_24H",
                        "history:protocol:DEX_VOLUME_24H",
                        "history:protocol:OPTIONS_VOLUME_24H",
                        "history:protocol:AGGREGATOR_VOLUME_24H",
                        "history:protocol:DERIVATIVES_VOLUME_24H",
                        "history:open-interest",
                        "history:stablecoin",
                        "history:stablecoin-prices",
                        "history:bridge",
                        "history:inflows");
    }

    @Test
    void everySeriesThatWasPulledHasItsValueOfThatDayInItsHistory() {
        assertThat(PULLED).hasSizeGreaterThan(60);
        assertThat(HISTORY.keySet()).containsAll(PULLED.keySet());
        PULLED.forEach((series, value) -> {
            // Histories of levels are whole dollars, those of prices have six places.
            double rounding = Math.abs(value) > 100 ? 0.5001 : 1e-6;
            assertThat(HISTORY.get(series)).as(series).hasEntrySatisfying(DAY, past -> assertThat(past)
                    .isCloseTo(value, within(rounding)));
        });
    }

    @Test
    void everyHistoryEndsWithTheLastDayThatIsOfferedAndWithNoneThatIsOpen() {
        HISTORY.forEach(
                (series, days) -> assertThat(new TreeSet<>(days.keySet()).last().plusDays(1))
                        .as(series)
                        .isEqualTo(OFFERED_UNTIL.get(series)));
    }

    @Test
    void familiesAndEveryMetricWithAHistoryAreAmongWhatIsCompared() {
        assertThat(PULLED.keySet()).contains("aave TVL", "aave BORROWED", "sushi STAKING", "hyperliquid OPEN_INTEREST");
        Set<String> metrics = new TreeSet<>();
        PULLED.keySet().forEach(series -> metrics.add(series.substring(series.lastIndexOf(' ') + 1)));
        assertThat(metrics).hasSize(23);
    }
}
