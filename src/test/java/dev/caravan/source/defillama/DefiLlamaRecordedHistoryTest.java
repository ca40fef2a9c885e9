package dev.caravan.source.defillama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.settings.Settings;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.ProjectedJson;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Histories as the vendor gave them, read as the windows ask for them; skipped where the recordings are not at hand. */
final class DefiLlamaRecordedHistoryTest {
    private static final Path RECORDINGS = Path.of(System.getProperty(
                    "caravan.recordings",
                    TestHome.project().resolve("../shared/recordings").toString()))
            .resolve("defillama");

    @BeforeEach
    void skipWithoutRecordings() {
        assumeTrue(Files.isDirectory(RECORDINGS), "not checked: there are no recordings at " + RECORDINGS);
    }

    private static NavigableMap<LocalDate, Double> days(
            String file, String now, String answer, String subject, String asset, String metric) throws IOException {
        Settings settings = Settings.load(TestHome.project(), Map.of(), Map.of("defillama.api.key", "k"), false);
        VendorRequest request = new DefiLlamaHistoryRequests(new DefiLlamaHosts(settings, new Accounts(settings)))
                .of(new Window(
                        answer,
                        subject,
                        List.of(asset),
                        List.of(metric),
                        "",
                        Granularity.DAY,
                        Instant.parse("2009-01-01T00:00:00Z"),
                        Granularity.DAY.bucketOf(Instant.parse(now))));
        try (InputStream body = Files.newInputStream(RECORDINGS.resolve(file))) {
            JsonNode kept = new ProjectedJson().read(body, request.fields());
            NormalisedAnswer read = new DefiLlamaNormaliser(settings).normalise(request, kept, Instant.parse(now));
            assertThat(read.rejections()).isEmpty();
            NavigableMap<LocalDate, Double> days = new TreeMap<>();
            ObservationBatch batch = read.observations();
            for (int i = 0; i < batch.size(); i++) {
                assertThat(batch.key(i).metric()).isEqualTo(metric);
                assertThat(batch.key(i).asset()).isEqualTo(asset);
                days.put(
                        LocalDate.ofInstant(Instant.ofEpochSecond(batch.epochSecond(i)), ZoneOffset.UTC),
                        batch.value(i));
            }
            return days;
        }
    }

    private static LocalDate day(String text) {
        return LocalDate.parse(text);
    }

    @Test
    void theFeesOfAFamilyEndWithTheDayOfItsTotalAndLackTheDayThatIsMissing() throws IOException {
        NavigableMap<LocalDate, Double> days = days(
                "summary_fees_hyperliquid_2025-05-05.json",
                "2025-05-05T12:00:00Z",
                "history:protocol:FEES_24H",
                "hyperliquid",
                "hyperliquid",
                "FEES_24H");
        assertThat(days).hasSize(132).doesNotContainKey(day("2025-01-13"));
        assertThat(days.firstEntry()).isEqualTo(Map.entry(day("2024-12-23"), 1472923.0));
        assertThat(days.lastEntry()).isEqualTo(Map.entry(day("2025-05-04"), 817513.0));
    }

    @Test
    void theFeesOfAChainEndWithTheLastCompletedDay() throws IOException {
        NavigableMap<LocalDate, Double> days = days(
                "overview_fees_arc_2026-10-09.json",
                "2026-10-09T12:00:00Z",
                "history:chain:FEES_24H",
                "Arc",
                "arc",
                "CHAIN_FEES_24H");
        assertThat(days.lastEntry()).isEqualTo(Map.entry(day("2026-10-08"), 137769.44));
        assertThat(days).containsEntry(day("2026-10-07"), 237634.5);
    }

    @Test
    void anUnfilteredChartLosesTheDayThatIsCarriedOver() throws IOException {
        NavigableMap<LocalDate, Double> days = days(
                "overview_dexs_2026-10-09.json",
                "2026-10-09T12:00:00Z",
                "history:chain:DEX_VOLUME_24H",
                "all",
                "all",
                "CHAIN_DEX_VOLUME_24H");
        assertThat(days).hasSize(92);
        assertThat(days.lastEntry()).isEqualTo(Map.entry(day("2026-10-08"), 9169499484.29));
    }

    @Test
    void theValueLockedOfAProtocolIsThatOfTheMidnightsAndNotOfTheHour() throws IOException {
        NavigableMap<LocalDate, Double> days = days(
                "protocol_hyperliquid-hlp_2026-10-04.json",
                "2026-10-04T22:00:00Z",
                "history:protocol",
                "hyperliquid-hlp",
                "hyperliquid-hlp",
                "TVL");
        assertThat(days).hasSize(48);
        assertThat(days.firstEntry()).isEqualTo(Map.entry(day("2026-08-17"), 187127123.0));
        assertThat(days.lastEntry()).isEqualTo(Map.entry(day("2026-10-03"), 182320389.0));
    }

    @Test
    void theSupplyOfACoinIsInUsdWithoutItsMovingLastRow() throws IOException {
        NavigableMap<LocalDate, Double> days = days(
                "stablecoincharts_all_usdt_2026-05-19.json",
                "2026-05-19T12:00:00Z",
                "history:stablecoin",
                "1",
                "tether",
                "STABLECOIN_SUPPLY");
        assertThat(days).hasSize(3093);
        assertThat(days.firstEntry()).isEqualTo(Map.entry(day("2017-11-28"), 110105.0));
        assertThat(days.lastEntry()).isEqualTo(Map.entry(day("2026-05-17"), 189651127199.0));
    }

    @Test
    void theOfficialExamplesOfPaidHistoriesAreRead() throws IOException {
        assertThat(days(
                        "example_pro_bridgevolume.json",
                        "2026-01-01T00:00:00Z",
                        "history:bridge",
                        "19",
                        "across",
                        "BRIDGE_VOLUME_24H"))
                .isEqualTo(new TreeMap<>(Map.of(
                        day("2022-10-17"),
                        (11121806.082658675 + 13970177.335270314) / 2,
                        day("2022-10-18"),
                        (32940139.204768553 + 157541586.9492474) / 2)));
        assertThat(days(
                        "example_pro_summary_derivatives_hyperliquid.json",
                        "2026-01-01T00:00:00Z",
                        "history:protocol:DERIVATIVES_VOLUME_24H",
                        "hyperliquid",
                        "hyperliquid",
                        "DERIVATIVES_VOLUME_24H"))
                .isEqualTo(new TreeMap<>(Map.of(day("2025-07-17"), 16946528076.0, day("2025-07-18"), 21220070880.0)));
        assertThat(days(
                        "example_pro_inflows_compound-v3.json",
                        "2026-01-01T00:00:00Z",
                        "history:inflows",
                        "compound-v3 2025-12-30",
                        "compound-v3",
                        "OUTFLOW"))
                .isEqualTo(new TreeMap<>(Map.of(day("2025-12-30"), 160563462.23474675)));
    }
}
