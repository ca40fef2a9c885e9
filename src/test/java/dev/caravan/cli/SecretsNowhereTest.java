package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.ingest.PullStatus;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A vendor that repeats the key in every kind of answer finds it in no table, no log, no output and no answer of ours. */
final class SecretsNowhereTest {
    private static final String LLAMA_KEY = "sk-caravan-secret-4711";
    private static final String GECKO_KEY = "CG-hidden/and+coded=0815";

    @TempDir
    static Path folder;

    private static Path home;
    private static LoopbackVendor vendor;

    @BeforeAll
    static void start() {
        List<String> coins = new ArrayList<>(List.of("id,symbol,name,note"));
        for (int i = 0; i < 1_300; i++) {
            coins.add("coin-" + i + ",C" + i + ",Coin " + i + ",");
        }
        home = TestHome.copyTo(folder)
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "ethereum,Ethereum,ethereum,,,,Chain,",
                        "solana,Solana,solana,,,,Chain,",
                        "base,Base,,,,,Chain,",
                        "lido,Lido,lido-dao,protocol,,,Liquid Staking,",
                        "celo-euro,Celo Euro,celo-euro,stablecoin,52,,Stablecoin,",
                        "across,Across,across-protocol,,,Across,Cross Chain Bridge,")
                .write("config/sources/coingecko.csv", coins.toArray(String[]::new))
                .path();
        vendor = LoopbackVendor.start(SecretsNowhereTest::echo);
    }

    @AfterAll
    static void stop() {
        vendor.close();
    }

    /** All that came is said back, in another kind of answer for each request. */
    private static Reply echo(Asked asked) {
        String said = "you asked " + asked.target() + " with " + asked.headers();
        String json = said.replace("\\", "\\\\").replace("\"", "\\\"");
        // One answer is surely of the kind whose parts are put into quarantine.
        int kind = asked.target().contains("ids=coin-0,")
                ? 6
                : Math.floorMod(asked.target().hashCode(), 8);
        return switch (kind) {
            case 0 -> Reply.of(401, said);
            case 1 -> Reply.of(500, said);
            case 2 -> Reply.of(200, "<html><body>" + said + "</body></html>");
            case 3 -> Reply.of(200, "\"" + json + "\"");
            case 4 -> Reply.of(200, "{\"statusCode\":400,\"body\":\"" + json + "\"}");
            case 5 -> new Reply(302, said, Map.of("Location", vendor.url() + asked.target()));
            case 6 -> Reply.of(200, "[{\"id\":\"" + json + "\",\"name\":\"" + json + "\",\"tvl\":\"" + json + "\"}]");
            default -> null;
        };
    }

    /** Parts of the keys as well: a key that is cut in two is still told. */
    private static void assertHidden(String where, String text) {
        for (String part : List.of("caravan-secret", "CG-hidden", "and+coded", "and%2Bcoded")) {
            int place = text.indexOf(part);
            String around =
                    place < 0 ? "" : text.substring(Math.max(0, place - 200), Math.min(text.length(), place + 40));
            assertThat(around).as("a key in %s", where).isEmpty();
        }
    }

    /** Every row of every table, as text. */
    private static String dump(JdbcTemplate sql) {
        StringBuilder all = new StringBuilder();
        for (String table :
                sql.queryForList("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", String.class)) {
            sql.queryForList("SELECT t::text FROM \"" + table + "\" t", String.class)
                    .forEach(row -> all.append(row).append('\n'));
        }
        return all.toString();
    }

    private static void assertSent() {
        assertThat(vendor.asked())
                .anySatisfy(asked -> assertThat(asked.target()).startsWith("/" + LLAMA_KEY + "/"))
                .anySatisfy(asked -> assertThat(asked.headers()).contains(GECKO_KEY));
    }

    @Test
    void noKeyIsInTheOutputOrTheTablesOfAPullAtTheFinestLogLevel() {
        vendor.answer(SecretsNowhereTest::echo);
        String address = TestServer.newDatabase();
        Map<String, String> environment = Map.ofEntries(
                Map.entry("CARAVAN_HOME", home.toString()),
                Map.entry("CARAVAN_LOG_LEVEL", "debug"),
                Map.entry("DATABASE_URL", address),
                Map.entry("DEFILLAMA_API_KEY", LLAMA_KEY),
                Map.entry("COINGECKO_API_KEY", GECKO_KEY),
                Map.entry("DEFILLAMA_PRO_URL", vendor.url()),
                Map.entry("COINGECKO_API_URL", vendor.url()),
                Map.entry("DEFILLAMA_RATE_PRO", "2000/1s"),
                Map.entry("COINGECKO_RATE_DEMO", "2000/1s"),
                Map.entry("FETCH_RETRIES", "1"),
                Map.entry("FETCH_BACKOFF_FIRST", "5ms"));
        try (ChildCaravan pull = ChildCaravan.start(folder, environment, "pull", "all", "--json")) {
            assertThat(pull.exitCode()).isIn(1, 3);
            assertSent();
            assertHidden("standard output", pull.output());
            assertHidden("standard error", pull.errors());
            assertThat(pull.errors()).contains("DEBUG").contains("you asked").contains("***");
            String password = address.substring(address.indexOf(':', 11) + 1, address.indexOf('@'));
            assertThat(pull.output() + pull.errors()).doesNotContain(password);
        }
        JdbcTemplate sql = new JdbcTemplate(new DriverManagerDataSource(jdbc(address)));
        String tables = dump(sql);
        assertHidden("tables", tables);
        assertThat(tables).contains("you asked").contains("***");
        assertThat(sql.queryForObject("SELECT count(*) FROM quarantine", Long.class))
                .isPositive();
    }

    private static String jdbc(String address) {
        URI uri = URI.create(address);
        String[] login = uri.getUserInfo().split(":", 2);
        return "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath() + "?user=" + login[0]
                + "&password=" + login[1];
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("defillama.api.key", LLAMA_KEY);
        settings.put("coingecko.api.key", GECKO_KEY);
        settings.put("defillama.pro.url", vendor.url());
        settings.put("coingecko.api.url", vendor.url());
        settings.put("defillama.rate.pro", "2000/1s");
        settings.put("coingecko.rate.demo", "2000/1s");
        settings.put("fetch.retries", "0");
        return settings;
    }

    @Test
    void noKeyIsInAnAnswerOverHttp() throws IOException, InterruptedException {
        vendor.answer(SecretsNowhereTest::echo);
        Map<String, String> settings = settings();
        int port = FreePort.serve(settings);
        try (TestCaravan caravan = TestCaravan.start(home, settings, "api", "nothing")) {
            for (String source : List.of("defillama", "coingecko")) {
                assertThat(caravan.pull(source)).isIn(PullStatus.ERROR, PullStatus.PARTIAL);
            }
            assertSent();
            HttpClient client = HttpClient.newHttpClient();
            for (String path : List.of(
                    "/",
                    "/sources",
                    "/stats",
                    "/latest?metric=CHAIN_TVL",
                    "/latest?metric=" + LLAMA_KEY,
                    "/" + LLAMA_KEY,
                    "/time-series?metric=TVL&asset=" + LLAMA_KEY)) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("X-API-Key", GECKO_KEY)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(path).isLessThan(500);
                assertHidden(path, answer.headers().map() + answer.body());
            }
        }
    }

    @Test
    void aKeyThatIsCutInTwoByTheEndOfAnExcerptShowsNoPartOfItself() {
        try (TestCaravan caravan = TestCaravan.start(home, settings())) {
            // An excerpt of a page ends at 300 characters, a fragment for the quarantine at 2000: the key lies across.
            for (int end : List.of(300, 2_000)) {
                vendor.answer(asked -> {
                    String first = end == 300 ? "" : "\"";
                    String text = first + "x".repeat(end - 20 - first.length()) + " " + LLAMA_KEY + first;
                    return end == 300 ? Reply.of(401, text) : Reply.of(200, text);
                });
                assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.ERROR);
                assertThat(vendor.asked()).isNotEmpty();
                assertHidden("tables, cut at " + end, dump(caravan.sql()));
            }
        }
    }
}
