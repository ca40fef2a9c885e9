package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The questions over real HTTP, after a pull of both free vendors. */
final class QueryApiTest {
    private static final String NOW = "2026-11-20T10:10:00Z";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Sandbox sandbox;
    private static TestCaravan caravan;
    private static int port;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(
                TestHome.project().resolve("config/sources"), Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC), 0);
        Map<String, String> settings = settings();
        port = FreePort.serve(settings);
        caravan = TestCaravan.start(TestHome.project(), settings, "api", "nothing");
        assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
        // Five more hours of bitcoin's price, 15:00 of the 18th among them.
        int bitcoin = caravan.sql()
                .queryForObject(
                        "SELECT series_id FROM series WHERE source = 'coingecko' AND asset = 'bitcoin' AND metric = 'PRICE'",
                        Integer.class);
        for (String hour : List.of("17 23:00", "18 00:00", "18 15:00", "18 23:00", "19 00:00")) {
            caravan.sql().update("INSERT INTO observation VALUES (" + bitcoin + ", 1, '2026-11-" + hour + "+00', 7)");
        }
        caravan.sql()
                .update("UPDATE series_state SET first_ts = '2026-11-17 23:00+00', n = n + 5 WHERE series_id = "
                        + bitcoin);
    }

    @AfterAll
    static void stop() {
        caravan.close();
        sandbox.close();
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("caravan.now", NOW);
        return settings;
    }

    private static HttpResponse<String> send(int to, String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.body(), e);
        }
    }

    private static JsonNode get(String path) {
        HttpResponse<String> answer = send(port, "GET", path);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).as(path).hasValueSatisfying(type -> assertThat(type)
                .startsWith("application/json"));
        return json(answer);
    }

    private static JsonNode problem(int status, String method, String path, String... headers) {
        HttpResponse<String> answer = send(port, method, path, headers);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).as(path).contains("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.path("status").asInt()).as(path).isEqualTo(status);
        assertThat(problem.path("code").asText()).as(path).matches("[a-z_]+");
        assertThat(problem.path("title").asText()).as(path).isNotEmpty();
        assertThat(problem.path("detail").asText()).as(path).isNotEmpty();
        return problem;
    }

    private static List<Double> values(JsonNode answer) {
        List<Double> values = new ArrayList<>();
        answer.path("data").forEach(row -> values.add(row.path("value").asDouble()));
        return values;
    }

    private static List<String> texts(JsonNode rows, String field) {
        List<String> texts = new ArrayList<>();
        rows.forEach(row -> texts.add(row.path(field).asText()));
        return texts;
    }

    private static void assertFields(JsonNode node, String... names) {
        for (String name : names) {
            assertThat(node.has(name)).as("%s in %s", name, node).isTrue();
        }
    }

    @Test
    void theRootSaysInOneWordThatAllIsWell() {
        JsonNode root = get("/");
        assertThat(root.path("status").asText()).isEqualTo("ok");
        assertFields(root, "api", "version", "endpoints");
        for (JsonNode endpoint : root.path("endpoints")) {
            int status = send(port, "GET", endpoint.asText()).statusCode();
            assertThat(status).as(endpoint.asText()).isIn(200, 400);
        }
    }

    @Test
    void sourcesTellWhatIsStoredAndHowPullsGo() {
        JsonNode sources = get("/sources").path("sources");
        assertThat(texts(sources, "name")).containsExactly("alphavantage", "artemis", "coingecko", "defillama", "velo");
        for (JsonNode source : sources) {
            assertFields(
                    source,
                    "name",
                    "records",
                    "assets",
                    "earliest_date",
                    "latest_date",
                    "metrics",
                    "last_pull",
                    "last_status",
                    "next_pull",
                    "configured",
                    "fresh");
            String name = source.path("name").asText();
            Long rows = caravan.sql()
                    .queryForObject(
                            "SELECT count(*) FROM observation JOIN series USING (series_id) WHERE source = ?",
                            Long.class,
                            name);
            assertThat(source.path("records").asLong()).as(name).isEqualTo(rows);
            boolean pulled = List.of("defillama", "coingecko").contains(name);
            // The others have no key here: not configured, which is no failure.
            assertThat(source.path("last_status").asText()).as(name).isEqualTo(pulled ? "success" : "null");
            assertThat(source.path("last_pull").isNull()).as(name).isEqualTo(!pulled);
            assertThat(source.path("configured").asBoolean()).as(name).isEqualTo(pulled);
            assertThat(source.has("not_configured_because")).as(name).isEqualTo(!pulled);
            assertThat(source.path("fresh").asBoolean()).as(name).isEqualTo(pulled);
            assertThat(source.path("next_pull").asText())
                    .as(name)
                    .isEqualTo(name.equals("artemis") ? "2026-11-21T00:05:00Z" : "2026-11-20T11:05:00Z");
        }
    }

    @Test
    void latestRanksByValueTheLargestFirst() {
        JsonNode answer = get("/latest?metric=price&source=CoinGecko");
        assertFields(answer, "metric", "count", "data");
        assertThat(answer.path("metric").asText()).isEqualTo("PRICE");
        assertThat(answer.path("count").asInt())
                .isEqualTo(100)
                .isEqualTo(answer.path("data").size());
        assertThat(answer.path("truncated").asBoolean()).isTrue();
        assertThat(values(answer)).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertFields(
                answer.path("data").get(0),
                "asset",
                "value",
                "timestamp",
                "source",
                "canonical_id",
                "exchange",
                "unit",
                "final");
        assertThat(texts(answer.path("data"), "source")).containsOnly("coingecko");
        assertThat(Instant.parse(answer.path("data").get(0).path("timestamp").asText()))
                .isEqualTo(Instant.parse("2026-11-20T10:00:00Z"));

        JsonNode rising = get("/latest?metric=PRICE&source=coingecko&order=asc&limit=7");
        assertThat(values(rising)).hasSize(7).isSorted();
        JsonNode byName = get("/latest?metric=PRICE&source=coingecko&order=asset&limit=100000");
        assertThat(texts(byName.path("data"), "asset")).isSorted().hasSizeGreaterThan(200);
        assertThat(byName.path("truncated").asBoolean()).isFalse();
    }

    @Test
    void latestTakesAListOfAssetsInAnyCase() {
        JsonNode answer = get("/latest?metric=PRICE&assets=Bitcoin,%20AAVE,nothing&source=coingecko");
        assertThat(texts(answer.path("data"), "asset")).containsExactlyInAnyOrder("bitcoin", "aave");
    }

    @Test
    void latestFindsAssetsByTheirSymbol() {
        JsonNode answer = get("/latest?metric=PRICE&assets=BTC&source=coingecko");
        assertThat(texts(answer.path("data"), "asset")).containsExactly("bitcoin");
    }

    @Test
    void aZeroIsServedAsZero() {
        String zero = caravan.sql()
                .queryForList(
                        "SELECT s.metric FROM series s JOIN series_state USING (series_id)"
                                + " WHERE last_value = 0 AND source = 'defillama' ORDER BY 1",
                        String.class)
                .get(0);
        JsonNode rows =
                get("/latest?source=defillama&order=asc&limit=1&metric=" + zero).path("data");
        assertThat(rows.get(0).path("value").isNumber()).isTrue();
        assertThat(rows.get(0).path("value").asDouble()).isZero();
        JsonNode series = get("/time-series?source=defillama&metric=" + zero + "&asset="
                + rows.get(0).path("asset").asText());
        assertThat(series.path("data").get(0).path("value").isNumber()).isTrue();
        assertThat(series.path("data").get(0).path("value").asDouble()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/latest",
                "/latest?metric=",
                "/latest?metric=PRICE&limit=0",
                "/latest?metric=PRICE&limit=-1",
                "/latest?metric=PRICE&limit=100001",
                "/latest?metric=PRICE&limit=ten",
                "/latest?metric=PRICE&limit=99999999999",
                "/latest?metric=PRICE&order=sideways",
                "/latest?metric=PRICE&metric=TVL",
                "/latest?metric=PRICE&colour=red",
                "/latest?metric=PRICE&assets=%00",
                "/time-series?asset=bitcoin",
                "/time-series?metric=PRICE",
                "/time-series?asset=bitcoin&metric=PRICE&days=0",
                "/time-series?asset=bitcoin&metric=PRICE&start_date=yesterday",
                "/time-series?asset=bitcoin&metric=PRICE&start_date=2026-02-30",
                "/time-series?asset=bitcoin&metric=PRICE&start_date=-1000000000-01-01T00:00:00Z",
                "/time-series?asset=bitcoin&metric=PRICE&start_date=2026-11-19&end_date=2026-11-18",
                "/time-series?asset=bitcoin&metric=PRICE&limit=100001",
                "/stats?x=1",
                "/sources?x=1",
                "/?x=1"
            })
    void aBadParameterIs400(String path) {
        assertThat(problem(400, "GET", path).path("code").asText()).isEqualTo("bad_parameter");
    }

    @Test
    void anUnknownMetricIs404() {
        assertThat(problem(404, "GET", "/latest?metric=NO_SUCH").path("code").asText())
                .isEqualTo("unknown_metric");
        assertThat(problem(404, "GET", "/time-series?asset=bitcoin&metric=NO_SUCH")
                        .path("code")
                        .asText())
                .isEqualTo("unknown_metric");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bitcoin", "Bitcoin", "BITCOIN", "btc", "BTC"})
    void anAssetIsFoundByIdSymbolAndNameInAnyCase(String asset) {
        JsonNode answer = get("/time-series?metric=price&asset=" + asset);
        assertFields(answer, "asset", "metric", "count", "data", "_meta");
        assertThat(answer.path("asset").asText()).isEqualTo(asset);
        JsonNode meta = answer.path("_meta");
        assertFields(meta, "requested_asset", "resolved_asset", "resolved_source", "unit", "granularity", "why");
        assertThat(meta.path("requested_asset").asText()).isEqualTo(asset);
        assertThat(meta.path("resolved_asset").asText()).isEqualTo("bitcoin");
        assertThat(meta.path("resolved_source").asText()).isEqualTo("coingecko");
        assertThat(answer.path("count").asInt()).isEqualTo(6);
        assertThat(texts(answer.path("data"), "timestamp"))
                .startsWith("2026-11-20T10:00:00Z")
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertFields(answer.path("data").get(0), "timestamp", "value", "source");
    }

    @Test
    void anAssetIsFoundByASourcesOwnIdAndByAName() {
        assertThat(get("/time-series?metric=PRICE&asset=Avalanche-2")
                        .path("count")
                        .asInt())
                .isEqualTo(1);
        String name = caravan.sql()
                .queryForList(
                        "SELECT e.name FROM entities e JOIN entity_source_ids i USING (canonical_id)"
                                + " JOIN series s ON s.source = i.source AND s.asset = i.source_id"
                                + " WHERE s.source = 'coingecko' AND s.metric = 'PRICE' AND e.name LIKE '% %'"
                                + " AND lower(e.name) <> e.canonical_id ORDER BY 1",
                        String.class)
                .get(0);
        JsonNode answer = get("/time-series?metric=PRICE&source=coingecko&asset="
                + URLEncoder.encode(name.toUpperCase(java.util.Locale.ROOT), StandardCharsets.UTF_8));
        assertThat(answer.path("count").asInt()).as(name).isEqualTo(1);
    }

    @Test
    void anUnknownAssetIs404WithSuggestions() {
        JsonNode problem = problem(404, "GET", "/time-series?metric=PRICE&asset=bitcoiin");
        assertThat(problem.path("code").asText()).isEqualTo("unknown_asset");
        assertThat(problem.path("suggestions")).isNotEmpty();
        assertThat(problem.path("suggestions").toString()).contains("\"bitcoin\"");
    }

    @Test
    void aKnownAssetWithoutTheMetricIsAnEmptyAnswerThatSaysWhatItHas() {
        JsonNode answer = get("/time-series?metric=STABLECOIN_SUPPLY&asset=bitcoin");
        assertThat(answer.path("count").asInt()).isZero();
        assertThat(answer.path("data")).isEmpty();
        assertThat(answer.path("_meta").path("available_metrics").toString()).contains("\"PRICE\"");
    }

    @Test
    void fault16TheEndDateIncludesItsWholeDay() {
        JsonNode answer = get("/time-series?asset=bitcoin&metric=PRICE&start_date=2026-11-18&end_date=2026-11-18");
        assertThat(texts(answer.path("data"), "timestamp"))
                .containsExactly("2026-11-18T23:00:00Z", "2026-11-18T15:00:00Z", "2026-11-18T00:00:00Z");
        JsonNode until = get("/time-series?asset=bitcoin&metric=PRICE&end_date=2026-11-18T15:00:00Z&order=asc");
        assertThat(texts(until.path("data"), "timestamp"))
                .containsExactly("2026-11-17T23:00:00Z", "2026-11-18T00:00:00Z", "2026-11-18T15:00:00Z");
    }

    @Test
    void aCutAnswerSaysThatItIsCut() {
        JsonNode cut = get("/time-series?asset=bitcoin&metric=PRICE&limit=2");
        assertThat(cut.path("count").asInt()).isEqualTo(2);
        assertThat(cut.path("truncated").asBoolean()).isTrue();
        assertThat(texts(cut.path("data"), "timestamp"))
                .containsExactly("2026-11-20T10:00:00Z", "2026-11-19T00:00:00Z");
        JsonNode whole = get("/time-series?asset=bitcoin&metric=PRICE&limit=6");
        assertThat(whole.path("truncated").asBoolean()).isFalse();
        assertThat(get("/time-series?asset=bitcoin&metric=PRICE&days=1")
                        .path("count")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void statsCountWhatIsStored() {
        JsonNode stats = get("/stats");
        assertFields(
                stats,
                "total_records",
                "total_entities",
                "total_assets",
                "total_metrics",
                "date_range",
                "recent_pulls");
        assertThat(stats.path("total_records").asLong())
                .isEqualTo(caravan.sql().queryForObject("SELECT count(*) FROM observation", Long.class));
        assertFields(stats.path("date_range"), "earliest", "latest");
        assertThat(texts(stats.path("recent_pulls"), "source")).containsExactlyInAnyOrder("coingecko", "defillama");
        stats.path("recent_pulls").forEach(pull -> assertFields(pull, "source", "last_pull", "status"));
    }

    @Test
    void nothingOfARequestComesBackAsAHeader() {
        HttpResponse<String> answer = send(
                port,
                "GET",
                "/latest?metric=PRICE&limit=1",
                "X-Api-Key",
                "secret-1",
                "Authorization",
                "Bearer secret-2",
                "Cookie",
                "session=secret-3",
                "X-Anything",
                "secret-4");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertOnlyOurs(answer);
        HttpResponse<String> refused =
                send(port, "GET", "/latest?metric=PRICE&foo=bar&CamelHttpResponseCode=201", "X-Anything", "secret-4");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertOnlyOurs(refused);
        assertOnlyOurs(send(port, "GET", "/nowhere?foo=bar", "X-Anything", "secret-4"));
    }

    private static void assertOnlyOurs(HttpResponse<String> answer) {
        assertThat(answer.headers().map().toString()).doesNotContain("secret").doesNotContain("bar");
        assertThat(new TreeSet<>(answer.headers().map().keySet()))
                .isSubsetOf(
                        "allow",
                        "connection",
                        "content-length",
                        "content-type",
                        "date",
                        "retry-after",
                        "server",
                        "transfer-encoding",
                        "x-content-type-options");
    }

    @Test
    void anUnknownPathIs404AndAnotherMethodIs405() {
        for (String path : List.of("/nowhere", "/latest/more", "/sources/1", "/favicon.ico")) {
            assertThat(problem(404, "GET", path).path("code").asText()).isEqualTo("unknown_path");
        }
        for (String path : List.of("/", "/sources", "/latest", "/time-series", "/revisions", "/coverage", "/stats")) {
            for (String method : List.of("POST", "PUT", "DELETE")) {
                assertThat(problem(405, method, path).path("code").asText()).isEqualTo("method_not_allowed");
                assertThat(send(port, method, path).headers().firstValue("allow"))
                        .contains("GET");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/latest?metric=",
                "/latest?metric=PRICE&source=",
                "/latest?metric=PRICE&assets=",
                "/latest?metric=PRICE&exchange=",
                "/latest?metric=PRICE&order=",
                "/latest?metric=PRICE&limit=",
                "/time-series?metric=PRICE&asset=",
                "/time-series?asset=bitcoin&metric=",
                "/time-series?asset=bitcoin&metric=PRICE&source=",
                "/time-series?asset=bitcoin&metric=PRICE&exchange=",
                "/time-series?asset=bitcoin&metric=PRICE&granularity=",
                "/time-series?asset=bitcoin&metric=PRICE&start_date=",
                "/time-series?asset=bitcoin&metric=PRICE&end_date=",
                "/time-series?asset=bitcoin&metric=PRICE&days=",
                "/time-series?asset=bitcoin&metric=PRICE&order=",
                "/time-series?asset=bitcoin&metric=PRICE&as_of=",
                "/revisions?asset=",
                "/revisions?source=",
                "/revisions?source=coingecko&metric=",
                "/revisions?source=coingecko&exchange=",
                "/coverage?asset=",
                "/coverage?source=",
                "/coverage?source=coingecko&metric=",
                "/nowhere?x="
            })
    void sqlInAParameterIsATextLikeAnyOther(String call) {
        long before = caravan.sql().queryForObject("SELECT count(*) FROM observation", Long.class);
        for (String attempt : List.of(
                "' OR '1'='1",
                "'; DROP TABLE observation; --",
                "\" UNION SELECT 1",
                "${bean:x}",
                "{{database.url}}",
                ":source",
                "?",
                "\\",
                "%",
                "\u00e9\u4e2d\ud83d\ude00",
                "a".repeat(1_900))) {
            HttpResponse<String> answer = send(port, "GET", call + URLEncoder.encode(attempt, StandardCharsets.UTF_8));
            assertThat(answer.statusCode())
                    .as("%s%s: %s", call, attempt, answer.body())
                    .isIn(200, 400, 404);
            if (answer.statusCode() == 200) {
                assertThat(json(answer).path("count").asInt())
                        .as("%s%s", call, attempt)
                        .isZero();
            }
            assertThat(answer.body())
                    .doesNotContainIgnoringCase("postgres")
                    .doesNotContainIgnoringCase("syntax")
                    .doesNotContain("exception")
                    .doesNotContain("JOIN series");
        }
        assertThat(caravan.sql().queryForObject("SELECT count(*) FROM observation", Long.class))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/latest?metric=%", "/latest?metric=%zz", "/latest?metric=%f", "/latest?%=1"})
    void aQueryThatIsNotEncodedAsItShouldBeIs400(String target) throws IOException {
        try (java.net.Socket socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void withAKeySetOnlyTheRootAnswersWithoutIt() {
        Map<String, String> settings = settings();
        int other = FreePort.serve(settings);
        settings.put("data.api.key", "open-sesame");
        try (TestCaravan guarded = TestCaravan.start(TestHome.project(), settings, "api", "nothing")) {
            assertThat(guarded.caravan().settings().optional("data.api.key")).isPresent();
            assertThat(send(other, "GET", "/").statusCode()).isEqualTo(200);
            for (String path : List.of(
                    "/sources",
                    "/stats",
                    "/latest?metric=PRICE",
                    "/time-series?asset=bitcoin&metric=PRICE",
                    "/revisions?source=coingecko",
                    "/coverage?source=coingecko")) {
                for (String wrong : List.of("", "open-sesam", "OPEN-SESAME", "open-sesame1")) {
                    HttpResponse<String> answer =
                            wrong.isEmpty() ? send(other, "GET", path) : send(other, "GET", path, "X-API-Key", wrong);
                    assertThat(answer.statusCode()).as(path + wrong).isEqualTo(401);
                    assertThat(answer.body()).as(path).doesNotContain("open-sesame");
                }
                assertThat(send(other, "GET", path, "x-api-key", "open-sesame").statusCode())
                        .as(path)
                        .isEqualTo(200);
            }
            assertThat(send(other, "GET", "/sources?X-API-Key=open-sesame").statusCode())
                    .isIn(400, 401);
        }
    }

    @Test
    void whenTheDatabaseFailsTheAnswerSaysNothingOfTheInside() {
        caravan.sql().execute("ALTER TABLE series_state RENAME TO moved_away");
        try {
            for (String path : List.of("/sources", "/stats", "/latest?metric=PRICE")) {
                HttpResponse<String> answer = send(port, "GET", path);
                assertThat(answer.statusCode()).as(path).isIn(500, 503);
                assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
                assertThat(answer.body())
                        .doesNotContain("series_state")
                        .doesNotContain("SELECT")
                        .doesNotContain("Exception");
            }
        } finally {
            caravan.sql().execute("ALTER TABLE moved_away RENAME TO series_state");
        }
        get("/sources");
    }
}
