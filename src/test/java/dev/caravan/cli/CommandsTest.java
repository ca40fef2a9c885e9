package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a person runs them: processes of their own, their exit codes, what they print. */
final class CommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private ChildCaravan start(Map<String, String> environment, String... arguments) {
        return ChildCaravan.start(folder, environment, arguments);
    }

    /** A command of the sandbox with data of this test. */
    private ChildCaravan sandboxed(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--sandbox", "--data-dir", folder.resolve("data").toString()));
        return start(Map.of(), all.toArray(String[]::new));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    private static HttpResponse<String> get(int port, String path) {
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static long records(JsonNode report, String name) {
        for (JsonNode source : report.path("sources")) {
            if (source.path("name").asText().equals(name)) {
                return source.path("records").asLong();
            }
        }
        throw new AssertionError("no source " + name + " in " + report);
    }

    @Test
    void wrongUsageIsTwoWithOneClearLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ChildCaravan none = start(Map.of());
                ChildCaravan option = sandboxed("pull", "all", "--no-such-option");
                ChildCaravan port = sandboxed("up", "--port", String.valueOf(taken.getLocalPort()));
                ChildCaravan open = sandboxed("up", "--host", "0.0.0.0", "--port", String.valueOf(FreePort.find()));
                ChildCaravan setting = start(Map.of("FETCH_RETRIES", "many"), "up", "--sandbox", "--port", "0")) {
            assertThat(none.exitCode()).isEqualTo(2);
            assertThat(none.errors()).contains("a command is missing");
            assertThat(option.exitCode()).isEqualTo(2);
            assertThat(option.errors()).contains("--no-such-option");
            assertThat(port.exitCode()).isEqualTo(2);
            assertThat(port.errors().strip().lines()).singleElement().satisfies(line -> assertThat(line)
                    .startsWith("caravan: cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .contains("--port"));
            assertThat(open.exitCode()).isEqualTo(2);
            assertThat(open.errors().strip().lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("DATA_API_KEY").contains("ADMIN_API_KEY"));
            assertThat(setting.exitCode()).isEqualTo(2);
            assertThat(setting.errors().strip().lines()).hasSize(1);
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aFirstSessionWithoutADaemon() {
        try (ChildCaravan setup = sandboxed("setup")) {
            assertThat(setup.exitCode()).as(setup.errors()).isZero();
            assertThat(setup.output()).startsWith("Ready: ").contains("embedded PostgreSQL in");
        }
        try (ChildCaravan pull = sandboxed("pull", "all", "--json")) {
            assertThat(pull.exitCode()).as(pull.errors()).isZero();
            JsonNode result = json(pull.output());
            for (String source : List.of("artemis", "defillama", "velo", "coingecko", "alphavantage")) {
                assertThat(result.path(source).path("status").asText()).isEqualTo("success");
                assertThat(result.path(source).path("received").asInt())
                        .isPositive()
                        .isEqualTo(result.path(source).path("expected").asInt());
            }
        }
        try (ChildCaravan wrong = sandboxed("pull", "nowhere");
                ChildCaravan sources = sandboxed("sources", "--json");
                ChildCaravan status = sandboxed("status")) {
            // Side by side, as commands work beside each other.
            assertThat(wrong.exitCode()).isEqualTo(2);
            assertThat(wrong.errors()).contains("there is no source nowhere").contains("coingecko, defillama, velo");
            assertThat(sources.exitCode()).as(sources.errors()).isZero();
            assertThat(records(json(sources.output()), "defillama")).isGreaterThan(400);
            assertThat(records(json(sources.output()), "coingecko")).isGreaterThan(400);
            assertThat(status.exitCode()).as(status.errors()).isZero();
            assertThat(status.output()).contains("Database: embedded").containsPattern("defillama +yes .* success");
        }
    }

    @Test
    void aDaemonAnswersLetsCommandsWorkBesideItSurvivesAKillAndStopsWithZero() {
        int port = FreePort.find();
        String[] up = {"up", "--port", String.valueOf(port), "--no-startup"};
        long rows;
        try (ChildCaravan daemon = sandboxed(up).awaitReady()) {
            assertThat(daemon.output().strip().lines()).singleElement().satisfies(line -> assertThat(line)
                    .startsWith("Caravan is ready at http://127.0.0.1:" + port)
                    .contains("sandbox"));
            HttpResponse<String> root = get(port, "/");
            assertThat(root.statusCode()).isEqualTo(200);
            assertThat(json(root.body()).path("sandbox").asBoolean()).isTrue();
            assertThat(json(root.body()).path("status").asText()).isEqualTo("ok");
            assertThat(records(json(get(port, "/sources").body()), "coingecko")).isZero();

            try (ChildCaravan pull = sandboxed("pull", "coingecko")) {
                assertThat(pull.exitCode()).as(pull.errors()).isZero();
                assertThat(pull.output()).startsWith("coingecko: success");
            }
            rows = records(json(get(port, "/sources").body()), "coingecko");
            assertThat(rows).isGreaterThan(400);
            daemon.kill();
        }
        try (ChildCaravan again = sandboxed(up).awaitReady()) {
            assertThat(records(json(get(port, "/sources").body()), "coingecko")).isEqualTo(rows);
            again.terminate();
            assertThat(again.exitCode()).as(again.errors()).isZero();
        }
        // The last one that leaves stops the server: its note of itself is gone.
        Path note = folder.resolve("data/sandbox/postgresql/data/postmaster.pid");
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(note).doesNotExist());
    }

    @Test
    void aPullOfWhichSomeFailsIsThreeAndOneOfWhichAllFailsIsOne() {
        // Fault rules for a vendor of another process: the command that plays the vendors alone takes them.
        int port = FreePort.find();
        String database = dev.caravan.testing.TestServer.newDatabase();
        try (ChildCaravan vendors = start(
                Map.of(),
                "sandbox",
                "--port",
                String.valueOf(port),
                "--fault",
                "defillama:server_error:status=503:share=0.2",
                "--fault",
                "coingecko:server_error:status=503")) {
            await().atMost(60, TimeUnit.SECONDS).until(() -> vendors.output().contains("# ready"));
            Map<String, String> environment = new java.util.HashMap<>(Map.of(
                    "DATABASE_URL", database,
                    "DEFILLAMA_RATE_FREE", "2000/1s",
                    "COINGECKO_RATE_NONE", "2000/1s",
                    "FETCH_RETRIES", "1",
                    "FETCH_BACKOFF_FIRST", "5ms"));
            vendors.output()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> environment.put(line.split("=")[0], line.split("=")[1]));
            try (ChildCaravan partial = start(environment, "pull", "defillama", "--json");
                    ChildCaravan failed = start(environment, "pull", "coingecko")) {
                assertThat(partial.exitCode()).as(partial.errors()).isEqualTo(3);
                JsonNode pull = json(partial.output()).path("defillama");
                assertThat(pull.path("status").asText()).isEqualTo("partial");
                assertThat(pull.path("failed").asInt()).isPositive();
                assertThat(pull.path("new_rows").asInt()).isPositive();
                assertThat(failed.exitCode()).as(failed.errors()).isEqualTo(1);
                assertThat(failed.output()).startsWith("coingecko: error");
            }
        }
    }
}
