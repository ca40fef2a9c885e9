package dev.caravan.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * All five vendors on one loopback server, each below a path of its own, and a Caravan of a few assets that asks them, at
 * any time and again on the same database. A test writes the answers that matter to it; all others are well-formed and
 * empty.
 */
final class PlayedVendors implements AutoCloseable {
    static final List<String> SOURCES = List.of("artemis", "defillama", "velo", "coingecko", "alphavantage");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final TestHome home;
    private final String database = TestServer.newDatabase();
    private final LoopbackVendor server = LoopbackVendor.start(this::reply);
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private int port;

    private record Rule(String part, Function<Asked, Reply> answer) {}

    /**
     * @param folder an empty folder for routes, statements and settings
     */
    PlayedVendors(Path folder) {
        home = TestHome.copyTo(folder)
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "bsc,BSC,binancecoin,,,,Chain,",
                        "ethereum,Ethereum,ethereum,,,,Chain,",
                        "lido,Lido,lido-dao,,,,Liquid Staking,",
                        "aave,Aave,aave,,,,Lending,",
                        "dai,Dai,dai,stablecoin,5,,Stablecoin,",
                        "across,Across,across-protocol,,,Across,Cross Chain Bridge,")
                .write("config/sources/coingecko.csv", "id,symbol,name,note", "bitcoin,BTC,Bitcoin,", "aave,AAVE,Aave,")
                .write(
                        "config/sources/artemis.csv",
                        "symbol,name,category,metrics",
                        "btc,Bitcoin,Chain,PRICE FEES",
                        "eth,Ethereum,Chain,PRICE FEES")
                .write("config/sources/velo.csv", "coin,note", "BTC,", "ETH,")
                .write("config/sources/alphavantage.csv", "symbol,category,note", "COIN,crypto_fintech,");
    }

    /** The folder with routes, statements and settings, to be changed before a program starts. */
    TestHome home() {
        return home;
    }

    /** Answers every request whose path and query hold this part; of several such rules the last one holds. */
    PlayedVendors answer(String part, Function<Asked, Reply> answer) {
        rules.add(0, new Rule(part, answer));
        return this;
    }

    /** Answers with status 200 and this body, single quotes standing for double ones. */
    PlayedVendors answer(String part, String body) {
        return answer(part, asked -> Reply.of(200, body.replace('\'', '"')));
    }

    /** The requests so far whose path and query hold this part. */
    List<Asked> asked(String part) {
        return server.asked().stream()
                .filter(asked -> asked.target().contains(part))
                .toList();
    }

    /** Begins to count requests anew. */
    void forget() {
        server.answer(this::reply);
    }

    private Reply reply(Asked asked) {
        for (Rule rule : rules) {
            if (asked.target().contains(rule.part())) {
                return rule.answer().apply(asked);
            }
        }
        return Reply.of(200, empty(asked.target().replaceFirst("\\?.*", "")));
    }

    private static String empty(String path) {
        if (path.startsWith("/artemis/")) {
            return "{\"data\":{\"symbols\":{}}}";
        }
        if (path.startsWith("/velo/")) {
            return path.endsWith("/futures") ? "exchange,coin,product,begin,depth\n" + futures("bybit", "BTC") : "";
        }
        if (path.startsWith("/alphavantage/")) {
            return "timestamp,open,high,low,close,volume\r\n";
        }
        if (path.contains("/overview/")) {
            return "{\"allChains\":[],\"protocols\":[]}";
        }
        if (path.endsWith("/stablecoins")) {
            return "{\"peggedAssets\":[]}";
        }
        if (path.endsWith("/bridges")) {
            return "{\"bridges\":[]}";
        }
        if (path.contains("/v2/metrics/")) {
            return "{\"total24h\":null}";
        }
        if (path.contains("/inflows/")) {
            return "{\"outflows\":null}";
        }
        return path.contains("/yields/perps") ? "{\"status\":\"success\",\"data\":[]}" : "[]";
    }

    /** A line of Velo's catalogue. */
    static String futures(String exchange, String coin) {
        return exchange + "," + coin + "," + coin + "USDT,1600000000000,true\n";
    }

    /** A program on the one database of this test, its clock started at an instant. */
    TestCaravan at(String now, String... more) {
        return TestCaravan.start(home.path(), settings(now, more));
    }

    /** The same, with the questions served over HTTP: see {@link #get}. */
    TestCaravan serving(String now, String... more) {
        Map<String, String> settings = settings(now, more);
        port = FreePort.serve(settings);
        return TestCaravan.start(home.path(), settings, "api");
    }

    private Map<String, String> settings(String now, String... more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "caravan.now",
                now,
                "database.url",
                database,
                "fetch.retries",
                "1",
                "fetch.backoff.first",
                "5ms",
                "fetch.backoff.longest",
                "20ms",
                "defillama.api.url",
                server.url() + "/defillama",
                "defillama.stablecoins.url",
                server.url() + "/defillama",
                "defillama.pro.url",
                server.url() + "/defillama",
                "coingecko.api.url",
                server.url() + "/coingecko"));
        for (String source : List.of("artemis", "velo", "alphavantage")) {
            settings.put(source + ".api.url", server.url() + "/" + source);
            settings.put(source + ".api.key", source + "-key-of-a-test");
        }
        settings.put("alphavantage.api.tier", "premium");
        for (String rate : List.of(
                "artemis.rate.key",
                "defillama.rate.free",
                "defillama.rate.pro",
                "velo.rate.key",
                "velo.rate.degraded",
                "coingecko.rate.none",
                "coingecko.rate.demo",
                "alphavantage.rate.premium")) {
            settings.put(rate, "2000/1s");
        }
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    /** An answer of the program that serves. */
    JsonNode get(String path) {
        try {
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /**
     * What is stored of a metric of an asset, by venue and time: {@code 2026-11-20 10:00 5}, the venue before it where there
     * is one, {@code open} behind it where the bucket had not ended.
     */
    static List<String> stored(TestCaravan caravan, String source, String asset, String metric) {
        return caravan.sql()
                .queryForList(
                        "SELECT ltrim(concat_ws(' ', s.exchange, to_char(o.ts AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),"
                                + " o.value, CASE WHEN o.open THEN 'open' END))"
                                + " FROM observation o JOIN series s USING (series_id)"
                                + " WHERE s.source = ? AND s.asset = ? AND s.metric = ?"
                                + " ORDER BY s.exchange, s.product, o.ts",
                        String.class,
                        source,
                        asset,
                        metric);
    }

    /** How many rows a table, or a table with a condition, has. */
    static long count(TestCaravan caravan, String from) {
        return caravan.sql().queryForObject("SELECT count(*) FROM " + from, Long.class);
    }

    @Override
    public void close() {
        server.close();
    }
}
