package dev.caravan.source.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of what is asked of Artemis. */
final class ArtemisAssetsTest {
    private static final Path SHIPPED = TestHome.project().resolve("config/sources/artemis.csv");

    @TempDir
    Path folder;

    private ArtemisAssets read(String... rows) throws IOException {
        Path file = folder.resolve("artemis.csv");
        Files.writeString(file, "symbol,name,category,metrics\n" + String.join("\n", rows) + "\n");
        return ArtemisAssets.read(file);
    }

    private static Set<String> pairs(Path file) {
        Set<String> pairs = new HashSet<>();
        for (CsvTable.Row row : CsvTable.read(file)) {
            for (String metric : row.get("metrics").split(" ")) {
                pairs.add(row.get("symbol") + " " + metric);
            }
        }
        return pairs;
    }

    @Test
    void symbolsAreGroupedByMetricInTheOrderOfTheFile() throws IOException {
        assertThat(read("btc,Bitcoin,Blockchain,PRICE MC", "usd*,Usual,Stablecoin,MC", "M,Meme,App,PRICE")
                        .symbolsByMetric())
                .containsExactly(entry("PRICE", List.of("btc", "M")), entry("MC", List.of("btc", "usd*")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",X,App,PRICE",
                "'a,b',X,App,PRICE",
                "btc,X,App,FEES",
                "eth,X,App,",
                "eth,X,App,price",
                "eth,X,App,'PRICE,MC'",
                "eth,X,App,PRICE PRICE",
                "eth,X,App,../key",
                "eth,X,App"
            })
    void aWrongRowIsNamedWithFileAndLine(String row) {
        assertThatThrownBy(() -> read("btc,Bitcoin,Blockchain,PRICE", row.replace('\'', '"')))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("artemis.csv, line 3");
    }

    @Test
    void theShippedFileLeavesOutWhatNoAssetEverAnswered() {
        assertThat(ArtemisAssets.read(SHIPPED).symbolsByMetric().keySet())
                .contains("24H_VOLUME", "AVG_TXN_FEE", "LENDING_BORROWS")
                .doesNotContain(
                        "VOLATILITY_90D_ANN",
                        "STABLECOIN_AVG_DAU",
                        "TOKENIZED_SHARES_TRADING_VOLUME",
                        "FDMV_NAV_RATIO",
                        "TOKEN_TRADING_VOLUME");
    }

    @Test
    void everyPairOfTheCatalogueIsConfigured() {
        Path catalogue = TestHome.project().resolve("../shared/catalogue/artemis_assets.csv");
        assumeTrue(Files.exists(catalogue), "not checked: there is no " + catalogue);
        assertThat(pairs(catalogue)).hasSize(3_321);
        assertThat(pairs(SHIPPED)).containsAll(pairs(catalogue));
    }
}
