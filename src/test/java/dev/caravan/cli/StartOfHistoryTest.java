package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.database.DatabaseAddress;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What a daemon does about history when it starts, and what it leaves alone: real daemons, one after the other. */
final class StartOfHistoryTest {
    private static final String KEY = "a-key-for-operators";

    @TempDir
    Path folder;

    private Sandbox vendors;
    private Path home;
    private String database;
    private JdbcTemplate sql;
    private int port;

    @BeforeEach
    void start() {
        home = TestHome.copyTo(folder.resolve("home"))
                .write("config/sources/artemis.csv", "symbol,metrics,note", "btc,PRICE FEES,", "eth,PRICE FEES,")
                .path();
        vendors = Sandbox.start(home.resolve("config/sources"), Clock.systemUTC(), 0);
        database = TestServer.newDatabase();
        DatabaseAddress address = DatabaseAddress.parse(database);
        sql = new JdbcTemplate(new DriverManagerDataSource(address.jdbcUrl(), address.user(), address.password()));
        port = FreePort.find();
    }

    @AfterEach
    void stop() {
        vendors.close();
    }

    private ChildCaravan daemon(String... more) {
        Map<String, String> environment = new HashMap<>(vendors.endpoints());
        environment.put("CARAVAN_HOME", home.toString());
        environment.put("CARAVAN_DATA_DIR", folder.resolve("data").toString());
        environment.put("DATABASE_URL", database);
        environment.put("ADMIN_API_KEY", KEY);
        environment.put("ARTEMIS_API_KEY", "sandbox-key-of-artemis");
        environment.put("ARTEMIS_RATE_KEY", "500/1s");
        environment.put("GAPS_AT_START_AFTER", "1000");
        environment.put("ROUTES_OBEY_EVERY", "500");
        environment.put("BACKFILL_LOOK_EVERY", "500");
        List<String> arguments =
                new java.util.ArrayList<>(List.of("up", "--sources", "artemis", "--port", String.valueOf(port)));
        arguments.addAll(List.of(more));
        return ChildCaravan.start(folder, environment, arguments.toArray(String[]::new));
    }

    private List<Map<String, Object>> orders() {
        return sql.queryForList("SELECT kind, state, ordered_by FROM backfill ORDER BY backfill_id");
    }

    private void awaitOrders(String... states) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(orders().stream()
                        .map(order -> order.get("kind") + " " + order.get("state"))
                        .toList())
                .containsExactly(states));
    }

    @Test
    void anEmptySourceGetsItsHistoryKnownGapsAreFilledAndWhatWasInterruptedWaits() throws Exception {
        try (ChildCaravan first = daemon().awaitReady()) {
            awaitOrders("backfill done");
            assertThat(orders()).first().satisfies(order -> assertThat(order).containsEntry("ordered_by", "start"));
            // Five years by the day, of two symbols and two metrics.
            assertThat(sql.queryForObject("SELECT count(*) FROM observation", Integer.class))
                    .isGreaterThan(5_000);
            assertThat(ask("GET", "/admin/backfills")
                            .path("backfills")
                            .path(0)
                            .path("windows_done")
                            .asInt())
                    .isEqualTo(10);
            first.terminate();
            assertThat(first.exitCode()).isZero();
        }
        sql.update("DELETE FROM observation o USING series s WHERE s.series_id = o.series_id AND s.asset = 'btc'"
                + " AND s.metric = 'PRICE' AND o.ts = date_trunc('day', now(), 'UTC') - interval '20 days'");
        sql.update("INSERT INTO backfill (source, kind, policy, ordered_by, ordered_at, state)"
                + " VALUES ('artemis', 'backfill', 'keep', 'test', now(), 'paused')");
        sql.update("UPDATE backfill SET planned = true WHERE state = 'paused'");
        int asked = vendors.requests().entries("artemis").size();
        try (ChildCaravan second = daemon().awaitReady()) {
            awaitOrders("backfill done", "backfill paused", "repair done");
            // The pull at the start asks each metric once, the repair the one day.
            assertThat(vendors.requests()
                            .entries("artemis")
                            .subList(
                                    asked, vendors.requests().entries("artemis").size()))
                    .hasSize(3)
                    .filteredOn(entry -> entry.query().contains("symbols=btc&"))
                    .hasSize(1);
            second.kill();
        }
        sql.update("UPDATE backfill SET state = 'interrupted' WHERE state = 'paused'");
        try (ChildCaravan third = daemon("--no-startup").awaitReady()) {
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> assertThat(orders()).hasSize(3).element(1).satisfies(order -> assertThat(order)
                                    .containsEntry("state", "interrupted")));
            JsonNode resumed = ask("POST", "/admin/backfills/2/resume");
            assertThat(resumed.path("id").asInt()).isEqualTo(2);
            awaitOrders("backfill done", "backfill done", "repair done");
        }
        try (ChildCaravan fresh = daemon("--fresh", "--yes", "--no-startup").awaitReady()) {
            assertThat(orders()).isEmpty();
        }
    }

    @Test
    void withoutStartupNothingIsOrdered() {
        try (ChildCaravan daemon = daemon("--no-startup").awaitReady()) {
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(orders()).isEmpty());
            assertThat(vendors.requests().entries("artemis")).isEmpty();
            assertThat(daemon.errors()).doesNotContain("history is ordered", "ERROR");
        }
    }

    private JsonNode ask(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("X-Admin-Key", KEY)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }
}
