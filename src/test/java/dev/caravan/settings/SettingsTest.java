package dev.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Properties;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a setting comes from, and what is said of one that cannot be used. */
final class SettingsTest {
    @TempDir
    Path folder;

    @Test
    void theFileSpeaksWhenNobodyElseDoes() throws IOException {
        assertThat(of("caravan.port = 8000").text("caravan.port")).isEqualTo("8000");
    }

    @Test
    void theEnvironmentBeatsTheFile() throws IOException {
        assertThat(environment("CARAVAN_PORT", "9000", "caravan.port = 8000").number("caravan.port", 1, 65535))
                .isEqualTo(9000);
    }

    @Test
    void theCommandLineBeatsTheEnvironment() throws IOException {
        write("caravan.port = 8000");
        Settings settings =
                Settings.load(folder, Map.of("CARAVAN_PORT", "9000"), Map.of("caravan.port", "9500"), false);
        assertThat(settings.text("caravan.port")).isEqualTo("9500");
    }

    @Test
    void dotsAndDashesAreUnderscoresInTheEnvironment() throws IOException {
        assertThat(environment("DATABASE_CONNECTION_TIMEOUT", "3s", "database.connection-timeout = 10s")
                        .duration("database.connection-timeout"))
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aBlankVariableIsAsIfUnset() throws IOException {
        assertThat(environment("CARAVAN_PORT", "  ", "caravan.port = 8000").text("caravan.port"))
                .isEqualTo("8000");
    }

    @Test
    void aValueIsStripped() throws IOException {
        assertThat(environment("CARAVAN_HOST", " 0.0.0.0 \n", "caravan.host = 127.0.0.1")
                        .text("caravan.host"))
                .isEqualTo("0.0.0.0");
    }

    @ParameterizedTest
    @CsvSource({
        "COINGECKO_API_KEY_FILE, coingecko.api.key",
        "DATA_API_KEY_FILE, data.api.key",
        "DATABASE_URL_FILE, database.url"
    })
    void aSecretIsReadFromTheFileThatIsNamed(String variable, String name) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "from-the-file-31\n");
        Settings settings = environment(variable, secret.toString(), name + " =");
        assertThat(settings.text(name)).isEqualTo("from-the-file-31");
        assertThat(Secrets.mask("x from-the-file-31 x")).isEqualTo("x *** x");
    }

    @Test
    void theVariableItselfBeatsItsFile() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "from-the-file-32");
        write("coingecko.api.key = in-the-settings-32");
        Settings settings = Settings.load(
                folder,
                Map.of("COINGECKO_API_KEY", "from-the-variable-32", "COINGECKO_API_KEY_FILE", secret.toString()),
                Map.of(),
                false);
        assertThat(settings.text("coingecko.api.key")).isEqualTo("from-the-variable-32");
    }

    @Test
    void aSecretFileThatIsMissingIsNamed() {
        assertOneLine(
                () -> environment("COINGECKO_API_KEY_FILE", "/nowhere/at/all", "coingecko.api.key ="),
                "COINGECKO_API_KEY_FILE",
                "/nowhere/at/all");
    }

    @Test
    void whatIsNoSecretIsNotReadFromAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("port"), "9000");
        assertThat(environment("CARAVAN_PORT_FILE", file.toString(), "caravan.port = 8000")
                        .text("caravan.port"))
                .isEqualTo("8000");
    }

    @Test
    void inTheSandboxItsOwnSettingsStandIn() throws IOException {
        write("coingecko.rate.none = 6/60s", "sandbox.coingecko.rate.none = 200/1s");
        assertThat(Settings.load(folder, Map.of(), Map.of(), true).rate("coingecko.rate.none"))
                .isEqualTo(Rate.parse("200/1s"));
        assertThat(Settings.load(folder, Map.of(), Map.of(), false).rate("coingecko.rate.none"))
                .isEqualTo(Rate.parse("6/60s"));
    }

    @Test
    void theEnvironmentBeatsTheSandboxsOwnSettings() throws IOException {
        write("coingecko.rate.none = 6/60s", "sandbox.coingecko.rate.none = 200/1s");
        assertThat(Settings.load(folder, Map.of("COINGECKO_RATE_NONE", "3/1s"), Map.of(), true)
                        .rate("coingecko.rate.none"))
                .isEqualTo(Rate.parse("3/1s"));
    }

    @Test
    void aSandboxSettingIsItselfReadFromTheEnvironment() throws IOException {
        write("coingecko.rate.none = 6/60s", "sandbox.coingecko.rate.none = 200/1s");
        assertThat(Settings.load(folder, Map.of("SANDBOX_COINGECKO_RATE_NONE", "50/1s"), Map.of(), true)
                        .rate("coingecko.rate.none"))
                .isEqualTo(Rate.parse("50/1s"));
    }

    @Test
    void theSandboxKeepsItsDataApart() throws IOException {
        write("caravan.data-dir = data");
        assertThat(Settings.load(folder, Map.of(), Map.of(), false).dataDirectory())
                .isEqualTo(folder.toAbsolutePath().resolve("data"));
        assertThat(Settings.load(folder, Map.of(), Map.of(), true).dataDirectory())
                .isEqualTo(folder.toAbsolutePath().resolve("data/sandbox"));
    }

    @Test
    void aDataDirectoryThatIsAbsoluteStaysWhereItIs() throws IOException {
        Path elsewhere = folder.resolve("elsewhere").toAbsolutePath();
        assertThat(environment("CARAVAN_DATA_DIR", elsewhere.toString(), "caravan.data-dir = data")
                        .dataDirectory())
                .isEqualTo(elsewhere);
    }

    @Test
    void theClockStartsAtTheInstantThatIsSet() throws IOException {
        Settings settings = environment("CARAVAN_NOW", "2020-02-29T12:00:00Z", "caravan.now =");
        Instant first = settings.clock().instant();
        assertThat(first).isAfterOrEqualTo("2020-02-29T11:59:59Z").isBefore(Instant.parse("2020-03-01T00:00:00Z"));
        assertThat(settings.clock().instant()).isAfterOrEqualTo(first);
        assertThat(settings.clock().getZone()).isEqualTo(ZoneOffset.UTC);
    }

    @Test
    void withoutAnInstantTheClockIsTheSystems() throws IOException {
        Instant before = Instant.now();
        assertThat(of("caravan.now =").clock().instant()).isBetween(before, before.plus(Duration.ofHours(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-01-31", "2026-01-31T12:00:00", "1700000000"})
    void anInstantThatIsNoneIsNamed(String value) {
        assertOneLine(() -> environment("CARAVAN_NOW", value, "caravan.now ="), "CARAVAN_NOW", value);
    }

    @Test
    void aFolderWithoutSettingsIsNamed() {
        assertOneLine(
                () -> Settings.load(folder.resolve("none"), Map.of(), Map.of(), false),
                "CARAVAN_HOME",
                "application.properties");
    }

    @Test
    void aMissingSettingIsNamed() throws IOException {
        Settings settings = of("caravan.host =");
        assertOneLine(() -> settings.text("caravan.host"), "caravan.host", "missing");
        assertOneLine(() -> settings.text("no.such.setting"), "no.such.setting", "missing");
        assertThat(settings.optional("caravan.host")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eight", "8.5", "0", "65536", "99999999999"})
    void aNumberThatCannotBeIsNamed(String value) throws IOException {
        Settings settings = of("caravan.port = " + value);
        assertOneLine(() -> settings.number("caravan.port", 1, 65535), "caravan.port", value);
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "30s, PT30S", "5m, PT5M", "12h, PT12H", "7d, PT168H", "0s, PT0S"})
    void aDurationHasAUnit(String value, Duration expected) throws IOException {
        assertThat(of("fetch.wait = " + value).duration("fetch.wait")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "s", "-1s", "1.5s", "30 s", "1w", "PT30S", "99999999999s"})
    void aDurationThatIsNoneIsNamed(String value) throws IOException {
        Settings settings = of("fetch.wait = " + value);
        assertOneLine(() -> settings.duration("fetch.wait"), "fetch.wait", value, "30s");
    }

    @ParameterizedTest
    @CsvSource({"2013-04-28, 2013-04-28", "2020-01, 2020-01-01"})
    void aDateIsADayOrTheFirstOfAMonth(String value, LocalDate expected) throws IOException {
        assertThat(of("history.since = " + value).date("history.since")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2020", "2020-13", "2020-02-30", "yesterday", "01-2020"})
    void aDateThatIsNoneIsNamed(String value) throws IOException {
        Settings settings = of("history.since = " + value);
        assertOneLine(() -> settings.date("history.since"), "history.since", value, "2013-04-28");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "15", "0/1s", "5/0s"})
    void aRateThatIsNoneIsNamed(String value) throws IOException {
        Settings settings = of("velo.rate = " + value);
        assertOneLine(() -> settings.rate("velo.rate"), "velo.rate", value, "15/1s");
    }

    @Test
    void aUrlLosesTheSlashAtItsEnd() throws IOException {
        assertThat(of("velo.api.url = https://api.velo.xyz/api/v1//").url("velo.api.url"))
                .isEqualTo("https://api.velo.xyz/api/v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.velo.xyz", "ftp://api.velo.xyz", "https://", "http://a b", "/v1"})
    void aUrlThatIsNoneIsNamed(String value) throws IOException {
        Settings settings = of("velo.api.url = " + value);
        assertOneLine(() -> settings.url("velo.api.url"), "velo.api.url", "http or https");
    }

    @Test
    void noRouteCanNameASecret() throws IOException {
        write(
                "velo.api.key = route-secret-51",
                "data.api.key =",
                "admin.api.key = route-secret-52",
                "database.url = postgres://u:route-secret-53@h/d",
                "caravan.port = 8000");
        Properties properties = Settings.load(
                        folder,
                        Map.of("DATA_API_KEY", "route-secret-54"),
                        Map.of("more.api.key", "route-secret-55"),
                        false)
                .forRoutes();
        assertThat(properties.toString()).doesNotContain("route-secret");
        assertThat(properties)
                .doesNotContainKeys("velo.api.key", "data.api.key", "admin.api.key", "database.url", "more.api.key")
                .containsEntry("caravan.port", "8000")
                .containsEntry("caravan.home", folder.toAbsolutePath().toString());
    }

    @Test
    void aSecretInTheWrongPlaceIsNotRepeated() throws IOException {
        Settings settings = of("velo.api.key = misplaced-61", "velo.rate = misplaced-61");
        assertThatThrownBy(() -> settings.rate("velo.rate"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("***")
                .hasMessageNotContaining("misplaced-61");
    }

    @Test
    void aSecretWithBlanksAtItsEndIsMasked() throws IOException {
        Settings settings = of("velo.api.key = trailing-62   ");
        assertThat(settings.text("velo.api.key")).isEqualTo("trailing-62");
        assertThat(Secrets.mask("key=trailing-62&x")).isEqualTo("key=***&x");
    }

    @ParameterizedTest
    @CsvSource({
        "postgres://caravan:hidden-71@localhost:5432/caravan, hidden-71",
        "postgresql://caravan:hidden%2F72@localhost/caravan, hidden%2F72",
        "postgresql://caravan:hidden%2F73@localhost/caravan, hidden/73",
        "jdbc:postgresql://localhost/caravan?user=caravan&password=hidden-74, hidden-74",
        "postgres://localhost/caravan?user=caravan&password=hidden-75, hidden-75"
    })
    void theDatabasesPasswordIsMasked(String url, String password) throws IOException {
        environment("DATABASE_URL", url, "database.url =");
        assertThat(Secrets.mask("FATAL: " + password + " is wrong")).isEqualTo("FATAL: *** is wrong");
        assertThat(Secrets.mask("at " + url)).isEqualTo("at ***");
    }

    @Test
    void aDatabaseUrlWithoutAPasswordMasksNoOrdinaryWord() throws IOException {
        environment("DATABASE_URL", "postgres://caravan@localhost:5432/markets", "database.url =");
        assertThat(Secrets.mask("caravan localhost 5432 markets")).isEqualTo("caravan localhost 5432 markets");
    }

    @Test
    void theShippedSettingsCanAllBeRead() {
        Settings settings = Settings.load(TestHome.project(), Map.of(), Map.of(), false);
        assertThat(settings.number("caravan.port", 1, 65535)).isEqualTo(8000);
        assertThat(settings.text("caravan.host")).isEqualTo("127.0.0.1");
        assertThat(settings.optional("database.url")).isEmpty();
        assertThat(settings.rate("defillama.rate.free")).isEqualTo(Rate.parse("5/1s"));
        assertThat(settings.rate("defillama.rate.pro").perMinute()).isLessThanOrEqualTo(1000);
        assertThat(settings.rate("coingecko.rate.none")).isEqualTo(Rate.parse("6/60s"));
        assertThat(settings.rate("coingecko.rate.demo")).isEqualTo(Rate.parse("30/60s"));
        assertThat(settings.rate("coingecko.rate.pro")).isEqualTo(Rate.parse("500/60s"));
        assertThat(settings.url("defillama.api.url")).isEqualTo("https://api.llama.fi");
    }

    private Settings of(String... lines) throws IOException {
        write(lines);
        return Settings.load(folder, Map.of(), Map.of(), false);
    }

    private Settings environment(String variable, String value, String... lines) throws IOException {
        write(lines);
        return Settings.load(folder, Map.of(variable, value), Map.of(), false);
    }

    private void write(String... lines) throws IOException {
        Files.createDirectories(folder.resolve("config"));
        Files.writeString(folder.resolve("config/application.properties"), String.join("\n", lines) + "\n");
    }

    private static void assertOneLine(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(parts)
                .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
    }
}
