package dev.caravan.source.coingecko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.PlannerTest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What CoinGecko is asked, at which host, and with which header. */
final class CoinGeckoPlannerTest extends PlannerTest {
    private static final String PUBLIC_HOST = "https://api.coingecko.com/api/v3";
    private static final String PRO_HOST = "https://pro-api.coingecko.com/api/v3";
    private static final String SECRET = "CG-secret-of-planner-test";

    CoinGeckoPlannerTest() {
        super("coingecko");
    }

    private static void configure(List<String> ids) {
        List<String> lines = new ArrayList<>(List.of("id,symbol,name,note"));
        ids.forEach(id -> lines.add("\"" + id.replace("\"", "\"\"") + "\",X,X,"));
        home.write("config/sources/coingecko.csv", lines.toArray(String[]::new));
    }

    private List<VendorRequest> calls(Map<String, String> settings) {
        Settings all = Settings.load(home.path(), Map.of(), settings, false);
        return new CoinGeckoPlanner(all, new Accounts(all)).calls(pull);
    }

    private static String ids(VendorRequest request) {
        return request.query().substring(request.query().indexOf("ids=") + 4);
    }

    @Test
    void threeHundredIdsAreTwoCalls() {
        List<String> ids = IntStream.range(0, 300).mapToObj(i -> "coin-" + i).toList();
        configure(ids);
        List<VendorRequest> requests = calls(Map.of());
        assertThat(requests)
                .extracting(VendorRequest::assets)
                .containsExactly(ids.subList(0, 250), ids.subList(250, 300));
        assertThat(requests)
                .extracting(CoinGeckoPlannerTest::ids)
                .containsExactly(String.join(",", ids.subList(0, 250)), String.join(",", ids.subList(250, 300)));
        assertThat(requests).allSatisfy(request -> {
            assertThat(request.path()).isEqualTo("/coins/markets");
            assertThat(request.query().split("&")).contains("vs_currency=usd", "per_page=250", "precision=full");
            assertThat(request.description()).doesNotContain("%20", "+");
        });
        assertThat(pull.progress().planned()).isEqualTo(2);
    }

    @Test
    void twoHundredAndFiftyIdsAreOneCall() {
        configure(IntStream.range(0, 250).mapToObj(i -> "coin-" + i).toList());
        assertThat(calls(Map.of())).singleElement().satisfies(request -> assertThat(request.assets())
                .hasSize(250));
    }

    @Test
    void sevenMetricsAreExpectedOfEachCoin() {
        configure(List.of("bitcoin"));
        assertThat(calls(Map.of()).get(0).metrics())
                .containsExactlyInAnyOrder(
                        "PRICE", "MARKET_CAP", "VOLUME_24H", "CIRCULATING_SUPPLY", "TOTAL_SUPPLY", "MAX_SUPPLY", "FDV");
    }

    @Test
    void oddIdsArePercentEncodedAndJoinedByABareComma() {
        List<String> odd = List.of("-", "a b", "c_d", "(e)", "f,g", "h&ids=i", "j+k", "é", "l#m", "100%");
        configure(odd);
        VendorRequest request = calls(Map.of()).get(0);
        assertThat(ids(request)).isEqualTo("-,a%20b,c_d,%28e%29,f%2Cg,h%26ids%3Di,j%2Bk,%C3%A9,l%23m,100%25");
        assertThat(List.of(ids(request).split(",", -1)).stream()
                        .map(id -> URLDecoder.decode(id, StandardCharsets.UTF_8))
                        .toList())
                .isEqualTo(odd);
        assertThat(request.assets()).isEqualTo(odd);
    }

    @Test
    void withoutAKeyThePublicHostIsAskedWithoutAHeader() {
        configure(List.of("bitcoin"));
        assertThat(calls(Map.of())).singleElement().satisfies(request -> {
            assertThat(request.base()).isEqualTo(PUBLIC_HOST);
            assertThat(request.headers()).isEmpty();
        });
    }

    @Test
    void aKeyWithoutATierIsADemoKey() {
        configure(List.of("bitcoin"));
        assertThat(calls(Map.of("coingecko.api.key", SECRET))).singleElement().satisfies(request -> {
            assertThat(request.base()).isEqualTo(PUBLIC_HOST);
            assertThat(request.headers()).isEqualTo(Map.of("x-cg-demo-api-key", "{key}"));
        });
    }

    @Test
    void aDemoKeyGoesToThePublicHostInItsHeader() {
        configure(List.of("bitcoin"));
        assertThat(calls(Map.of("coingecko.api.key", SECRET, "coingecko.api.tier", "demo")))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.base()).isEqualTo(PUBLIC_HOST);
                    assertThat(request.headers()).isEqualTo(Map.of("x-cg-demo-api-key", "{key}"));
                    assertThat(request.toString()).doesNotContain(SECRET);
                });
    }

    @Test
    void aProKeyGoesToTheProHostInItsHeader() {
        configure(List.of("bitcoin"));
        assertThat(calls(Map.of("coingecko.api.key", SECRET, "coingecko.api.tier", "pro")))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.base()).isEqualTo(PRO_HOST);
                    assertThat(request.headers()).isEqualTo(Map.of("x-cg-pro-api-key", "{key}"));
                });
    }

    @Test
    void aUrlThatIsSetBeatsTheHostOfTheTier() {
        configure(List.of("bitcoin"));
        assertThat(calls(Map.of(
                        "coingecko.api.key", SECRET,
                        "coingecko.api.tier", "pro",
                        "coingecko.api.url", "http://127.0.0.1:9/v3/")))
                .extracting(VendorRequest::base)
                .containsExactly("http://127.0.0.1:9/v3");
    }

    @Test
    void aRepeatedIdIsAWrongConfiguration() {
        configure(List.of("bitcoin", "ethereum", "bitcoin"));
        assertThatThrownBy(() -> calls(Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("coingecko.csv, line 4");
    }

    @Test
    void aMissingIdIsAWrongConfiguration() {
        configure(List.of("bitcoin", " "));
        assertThatThrownBy(() -> calls(Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("coingecko.csv, line 3");
    }

    @Test
    void aRowWhoseTimeCannotBeReadGoesToTheQuarantine() throws IOException {
        configure(List.of("bitcoin"));
        VendorRequest request = calls(Map.of()).get(0);
        String row = "{\"id\":\"bitcoin\",\"current_price\":5,\"last_updated\":\"yesterday\"}";
        pull.answered(
                request,
                new CoinGeckoNormaliser()
                        .normalise(request, new ObjectMapper().readTree("[" + row + "]"), pull.startedAt()));
        caravan.ledger().end(pull);
        assertThat(new JdbcTemplate(caravan.database().dataSource())
                        .queryForList("SELECT reason, fragment FROM quarantine WHERE pull_id = ?", pull.id()))
                .containsExactly(Map.of("reason", "the time of coin bitcoin cannot be read", "fragment", row));
        begin();
    }
}
