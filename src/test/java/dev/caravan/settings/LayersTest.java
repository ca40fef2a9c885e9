package dev.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's folder stands alone or adds to the installation. */
final class LayersTest {
    @TempDir
    private Path installation;

    @TempDir
    private Path own;

    @BeforeEach
    void install() {
        TestHome.in(installation)
                .write("sql/migrations/V1__a.sql", "SELECT 1")
                .write("sql/queries/one.sql", "SELECT 1")
                .write("routes/sources/velo.camel.yaml", "")
                .write("routes/sources/artemis.camel.yaml", "")
                .write("config/metrics.csv", "shipped")
                .write(
                        "config/application.properties",
                        "caravan.host = 127.0.0.1",
                        "caravan.port = 8000",
                        "schedule.default = 0 5 * * * ?",
                        "schedule.velo = 0 6 * * * ?",
                        "caravan.sources =");
    }

    @Test
    void aFolderWithFewFilesAddsToTheInstallation() {
        TestHome.in(own).write("routes/sources/mine.camel.xml", "").write("config/metrics.csv", "mine");
        Layers layers = Layers.of(installation, own);
        assertThat(layers.own()).isEqualTo(own);
        assertThat(layers.file("config/metrics.csv")).isEqualTo(own.resolve("config/metrics.csv"));
        assertThat(layers.file("sql/queries/one.sql")).isEqualTo(installation.resolve("sql/queries/one.sql"));
        assertThat(layers.each("config/metrics.csv"))
                .containsExactly(installation.resolve("config/metrics.csv"), own.resolve("config/metrics.csv"));
        assertThat(layers.each("config/none.csv")).containsExactly(installation.resolve("config/none.csv"));
        assertThat(layers.files("routes/sources"))
                .containsExactly(
                        Map.entry(
                                "routes/sources/artemis.camel.yaml",
                                installation.resolve("routes/sources/artemis.camel.yaml")),
                        Map.entry("routes/sources/mine.camel.xml", own.resolve("routes/sources/mine.camel.xml")),
                        Map.entry(
                                "routes/sources/velo.camel.yaml",
                                installation.resolve("routes/sources/velo.camel.yaml")));
    }

    @Test
    void aFileOfTheSameNameStandsInForTheShippedOne() {
        TestHome.in(own)
                .write("routes/sources/velo.camel.yaml", "mine")
                .write("sql/queries/one.sql", "SELECT 2")
                .write("config/application.properties", "caravan.port = 9000");
        Layers layers = Layers.of(installation, own);
        assertThat(layers.files("routes").get("routes/sources/velo.camel.yaml"))
                .isEqualTo(own.resolve("routes/sources/velo.camel.yaml"));
        assertThat(layers.file("sql/queries/one.sql")).isEqualTo(own.resolve("sql/queries/one.sql"));
        Settings settings = Settings.load(layers, Map.of(), Map.of(), false);
        assertThat(settings.text("caravan.port")).isEqualTo("9000");
        assertThat(settings.text("caravan.host")).isEqualTo("127.0.0.1");
    }

    @Test
    void aWholeFolderStandsAlone() {
        TestHome.in(own).write("sql/migrations/V1__a.sql", "SELECT 1");
        Layers layers = Layers.of(installation, own);
        assertThat(layers.file("config/metrics.csv")).isEqualTo(own.resolve("config/metrics.csv"));
        assertThat(layers.files("routes")).isEmpty();
        assertThat(Layers.of(own, own).each("sql/migrations")).containsExactly(own.resolve("sql/migrations"));
    }

    @Test
    void aSourceIsKnownByItsRouteFileAndTakesItsSettingsFromTheEnvironment() {
        TestHome.in(own).write("routes/sources/mine.camel.yaml", "");
        Map<String, String> environment =
                Map.of("MINE_API_KEY", "a-key-of-mine-for-tests", "MINE_API_URL", "http://127.0.0.1:1/x/");
        Settings settings = Settings.load(Layers.of(installation, own), environment, Map.of(), false);
        assertThat(settings.sources()).containsExactly("artemis", "mine", "velo");
        assertThat(settings.url("mine.api.url")).isEqualTo("http://127.0.0.1:1/x");
        assertThat(settings.text("schedule.mine")).isEqualTo("0 5 * * * ?");
        assertThat(settings.text("schedule.velo")).isEqualTo("0 6 * * * ?");
        assertThat(Secrets.mask("the key is a-key-of-mine-for-tests")).doesNotContain("a-key-of-mine-for-tests");
        assertThat(settings.forRoutes()).doesNotContainKey("mine.api.key").containsKey("artemis.rate.key");
        Settings chosen =
                Settings.load(Layers.of(installation, own), Map.of(), Map.of("caravan.sources", "velo , mine"), false);
        assertThat(chosen.sources()).containsExactly("velo", "mine");
    }
}
