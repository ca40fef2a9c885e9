package dev.caravan.source.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.caravan.fetch.ExpectedSeries;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests the lines of a table make. */
final class TablePlannerTest {
    private static final String HEADINGS = "asset,metric,path,query,rows,where,time,value";
    private static final Instant NOW = Instant.parse("2026-01-15T12:34:56Z");

    @TempDir
    Path folder;

    private TestHome home;

    @BeforeEach
    void copy() {
        home = TestHome.copyTo(folder);
    }

    private void table(String... lines) {
        home.write("config/sources/some.csv", (HEADINGS + "\n" + String.join("\n", lines)).split("\n"));
    }

    private List<VendorRequest> requests(String base, Map<String, String> settings) {
        return new TablePlanner(Settings.load(home.path(), Map.of(), settings, false)).requests("some", base, NOW);
    }

    private VendorRequest request(String... lines) {
        table(lines);
        List<VendorRequest> requests = requests("https://api.example.com/v1/", Map.of("some.api.key", "a-secret-key"));
        assertThat(requests).hasSize(1);
        return requests.get(0);
    }

    @Test
    void linesOfOnePathAndQueryAreOneRequestThatExpectsThemAndNoOthers() {
        table(
                "bitcoin,PRICE,/coins,vs=usd,,/id=bitcoin,,/price",
                "bitcoin,VOLUME,/volumes,vs=usd,,/id=bitcoin,,/volume",
                "ethereum,PRICE,/coins,vs=usd,,/id=ethereum,,/price",
                "ethereum,SUPPLY,/coins,vs=usd,,/id=ethereum,,/supply",
                "ethereum,CAP,/coins,vs=eur,,/id=ethereum,,/cap");
        List<VendorRequest> requests = requests("https://api.example.com", Map.of());
        assertThat(requests)
                .extracting(VendorRequest::description)
                .containsExactly("GET /coins?vs=usd", "GET /volumes?vs=usd", "GET /coins?vs=eur");
        assertThat(requests).extracting(VendorRequest::base).containsOnly("https://api.example.com");
        assertThat(requests.get(0).series())
                .extracting(ExpectedSeries::asset, ExpectedSeries::metric, ExpectedSeries::exchange)
                .containsExactly(
                        tuple("bitcoin", "PRICE", ""), tuple("ethereum", "PRICE", ""), tuple("ethereum", "SUPPLY", ""));
    }

    @Test
    void placeholdersAreTheLastDaysWithTodayAmongThem() {
        VendorRequest request = request(
                "a,X,/{from}/{to}/{days},a={from-seconds}&b={to-seconds}&c={from-millis}&d={to-millis}&k={key},,,,");
        assertThat(request.path()).isEqualTo("/2026-01-09/2026-01-15/7");
        assertThat(request.query())
                .isEqualTo("a=" + Instant.parse("2026-01-09T00:00:00Z").getEpochSecond()
                        + "&b=" + NOW.getEpochSecond()
                        + "&c=" + Instant.parse("2026-01-09T00:00:00Z").toEpochMilli()
                        + "&d=" + NOW.toEpochMilli()
                        + "&k={key}");
        assertThat(request.base()).isEqualTo("https://api.example.com/v1");
        assertThat(request.toString()).doesNotContain("a-secret-key");
    }

    @Test
    void aSourceMayHaveItsOwnNumberOfDaysAndOneIsToday() {
        table("a,X,/x,from={from}&days={days},,,,");
        assertThat(requests("http://127.0.0.1:1", Map.of("some.trailing-days", "1")))
                .extracting(VendorRequest::query)
                .containsExactly("from=2026-01-15&days=1");
        assertThat(requests("http://127.0.0.1:1", Map.of("table.trailing-days", "30")))
                .extracting(VendorRequest::query)
                .containsExactly("from=2025-12-17&days=30");
        assertThatThrownBy(() -> requests("http://127.0.0.1:1", Map.of("some.trailing-days", "0")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("some.trailing-days");
    }

    @Test
    void theSettingHasPrecedenceOverTheUrlOfTheRoute() {
        table("a,X,/x,,,,,");
        assertThat(requests("https://api.example.com", Map.of("some.api.url", "http://127.0.0.1:7/some")))
                .extracting(VendorRequest::base)
                .containsExactly("http://127.0.0.1:7/some");
        assertThat(requests("", Map.of("some.api.url", "http://127.0.0.1:7/some")))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "api.example.com", "ftp://api.example.com", "https://", "https://u:p@host", "https://h?a=b"})
    void aRouteWithoutAUsableUrlNeedsTheSetting(String base) {
        table("a,X,/x,,,,,");
        assertThatThrownBy(() -> requests(base, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("some.api.url");
    }

    @Test
    void aKeyIsAskedForByNameWhereALineNeedsOne() {
        table("a,X,/x,apikey={key},,,,");
        assertThatThrownBy(() -> requests("https://api.example.com", Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("SOME_API_KEY");
    }

    @Test
    void theKeyMayGoIntoAHeader() {
        table("a,X,/x,,,,,");
        Map<String, String> bearer =
                Map.of("some.api.header", "Authorization: Bearer {key}", "some.api.key", "a-secret-key");
        assertThat(requests("https://api.example.com", bearer).get(0).headers())
                .containsExactly(Map.entry("Authorization", "Bearer {key}"));
        assertThat(requests(
                                "https://api.example.com",
                                Map.of("some.api.header", "X-API-Key:{key}", "some.api.key", "a-secret-key"))
                        .get(0)
                        .headers())
                .containsExactly(Map.entry("X-API-Key", "{key}"));
        assertThatThrownBy(() -> requests("https://api.example.com", Map.of("some.api.header", "X-API-Key: {key}")))
                .hasMessageContaining("SOME_API_KEY");
        assertThatThrownBy(() -> requests("https://api.example.com", Map.of("some.api.header", "X-API-Key: raw-key")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("some.api.header")
                .hasMessageNotContaining("raw-key");
    }

    @Test
    void ofALargeAnswerOnlyWhatTheLinesReadIsKept() {
        assertThat(request("a,X,/x,,,/id=btc,/last/at,/last/price", "b,X,/x,,,/id=eth,/last/at,/last/price")
                        .fields())
                .containsExactlyInAnyOrder("id", "last.at", "last.price", "error", "message");
        assertThat(request("a,X,/x,,/data/values,,/t,/v").fields())
                .containsExactlyInAnyOrder("data.values", "error", "message");
        assertThat(request("a,X,/x,,/data/values,,/t,/v", "b,X,/x,,/data,@name=b,,/v")
                        .fields())
                .containsExactlyInAnyOrder("data", "error", "message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,X,/x,,,,/0,/1", "a,X,/x,,,,/t,", "a,X,/x,,,,@name,/v", "a,X,/x,,,,/t,/a.b"})
    void whereAPathCannotSayWhatIsReadAllIsKept(String line) {
        assertThat(request(line).fields()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secrets", "a b", "Some", "", "a.b"})
    void aNameThatNoFileAndNoVariableCanHaveIsRefused(String source) {
        assertThatThrownBy(() -> new TablePlanner(Settings.load(home.path(), Map.of(), Map.of(), false))
                        .requests(source, "https://api.example.com", NOW))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("can name no source");
    }
}
