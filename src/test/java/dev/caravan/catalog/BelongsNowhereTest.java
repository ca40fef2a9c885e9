package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.catalog.UnmappedIds.Unmapped;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics that the catalogue does not know and ids without an entity: stored like all others, and reported. */
final class BelongsNowhereTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");

    @TempDir
    static Path folder;

    private static Sandbox sandbox;
    private static TestCaravan caravan;

    @BeforeAll
    static void pull() throws IOException {
        TestHome home = TestHome.copyTo(folder);
        home.write(
                        "config/metrics.csv",
                        Files.readAllLines(home.path().resolve("config/metrics.csv")).stream()
                                .filter(line -> !line.startsWith("artemis,MC,"))
                                .toArray(String[]::new))
                .write(
                        "config/entities.csv",
                        "canonical_id,name,symbol,type,sector",
                        "bitcoin,Bitcoin,BTC,chain,layer-1",
                        "aave,Aave,AAVE,protocol,defi-lending",
                        "aave-v2,Aave V2,AAVE,protocol,defi-lending",
                        "twin,The Twin,TW,token,meme",
                        "other,Another Twin,TW,token,meme",
                        "coin-of-usd,USD* Coin,,token,meme")
                .write("config/entity-ids.csv", "source,source_id,canonical_id", "artemis,btc,bitcoin")
                .write(
                        "config/sources/artemis.csv",
                        "symbol,name,category,metrics",
                        "btc,Bitcoin,Blockchain,PRICE MC",
                        "eth,Ether,Blockchain,PRICE MC")
                .write("config/sources/velo.csv", "coin,note", "aave,", "TW,", "USD-COIN,", "42,")
                .write("config/sources/coingecko.csv", "id,symbol,name,note")
                .write("config/sources/alphavantage.csv", "symbol,category,note")
                .write("config/sources/defillama.csv", "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note");
        sandbox = Sandbox.start(home.path().resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0);
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("artemis.api.key", "artemis-secret-of-unmapped-test");
        settings.put("caravan.now", NOW.toString());
        caravan = TestCaravan.start(home.path(), settings);
        assertThat(caravan.pull("artemis")).isEqualTo(PullStatus.SUCCESS);
    }

    @AfterAll
    static void stop() {
        caravan.close();
        sandbox.close();
    }

    private static JsonNode source(String name) {
        for (JsonNode source : caravan.caravan().sources().report().path("sources")) {
            if (source.path("name").asText().equals(name)) {
                return source;
            }
        }
        throw new AssertionError("there is no source " + name);
    }

    @Test
    void aMetricThatTheCatalogueDoesNotKnowIsStoredAndReported() {
        assertThat(caravan.latest("artemis", "btc", "MC")).isPositive();
        assertThat(source("artemis").path("uncatalogued").toString()).isEqualTo("[\"MC\"]");
        assertThat(source("velo").path("uncatalogued").isArray()).isTrue();
        assertThat(source("velo").path("uncatalogued")).isEmpty();
    }

    @Test
    void idsWithoutAnEntityAreCountedWhetherTheyHaveDataOrNot() {
        assertThat(source("artemis").path("unmapped").asInt()).isEqualTo(1);
        assertThat(source("velo").path("unmapped").asInt()).isEqualTo(4);
        assertThat(source("coingecko").path("unmapped").isIntegralNumber()).isTrue();
        assertThat(source("coingecko").path("unmapped").asInt()).isZero();
    }

    @Test
    void aFileThatCannotBeReadLeavesTheNumberUnknownAndTheReportWhole() throws IOException {
        Path file = folder.resolve("config/sources/velo.csv");
        String before = Files.readString(file);
        Files.writeString(file, "coin,note\nBTC,too,many,cells\n");
        try {
            assertThat(source("artemis").path("unmapped").isNull()).isTrue();
            assertThat(source("artemis").path("records").asInt()).isPositive();
            assertThatThrownBy(() -> caravan.caravan().unmappedIds().list(null))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("velo.csv, line 2");
        } finally {
            Files.writeString(file, before);
        }
    }

    @Test
    void theyAreListedWithTheNearestEntityWhereOneIsPlain() {
        UnmappedIds ids = caravan.caravan().unmappedIds();
        assertThat(ids.list(null))
                .containsExactly(
                        new Unmapped("artemis", "eth", 2, null),
                        new Unmapped("velo", "42", 0, null),
                        new Unmapped("velo", "TW", 0, null),
                        new Unmapped("velo", "USD-COIN", 0, "coin-of-usd"),
                        new Unmapped("velo", "aave", 0, "aave"));
        assertThat(ids.list("artemis")).extracting(Unmapped::id).containsExactly("eth");
        assertThat(ids.list("coingecko")).isEmpty();
    }
}
