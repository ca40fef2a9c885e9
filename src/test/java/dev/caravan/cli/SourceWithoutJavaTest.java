package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sixth source, as {@code docs/adding-a-source.md} says: files in a folder that held nothing before, and no line of Java. */
final class SourceWithoutJavaTest {
    private static final String ROUTE = "routes/sources/blockchain.camel.yaml";
    private static final String KEY = "an-admin-key-for-tests";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path home;

    @BeforeEach
    void emptyHome() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
    }

    private void drop(String example, String place) throws IOException {
        Path target = home.resolve(place);
        Files.createDirectories(target.getParent());
        Files.copy(TestHome.project().resolve(example), target);
    }

    private void dropThreeFiles() throws IOException {
        drop("config/examples/blockchain.csv", "config/sources/blockchain.csv");
        drop("config/examples/blockchain-metrics.csv", "config/metrics.csv");
        drop("routes/examples/blockchain.camel.yaml", ROUTE);
    }

    private ChildCaravan start(Map<String, String> more, String... arguments) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("CARAVAN_HOME", home.toString());
        return ChildCaravan.start(folder, environment, arguments);
    }

    private String output(int exitCode, String... arguments) {
        try (ChildCaravan command = start(Map.of(), arguments)) {
            assertThat(command.exitCode())
                    .as(command.output() + command.errors())
                    .isEqualTo(exitCode);
            return command.output();
        }
    }

    private static JsonNode source(JsonNode report, String name) {
        for (JsonNode source : report.path("sources")) {
            if (source.path("name").asText().equals(name)) {
                return source;
            }
        }
        throw new AssertionError("no source " + name + " in " + report);
    }

    @Test
    void threeFilesInAnEmptyHomeAndDataFlow() throws IOException {
        dropThreeFiles();
        assertThat(output(0, "routes", "validate")).contains("nothing wrong");
        JsonNode pull = JSON.readTree(output(0, "pull", "blockchain", "--sandbox", "--json"))
                .path("blockchain");
        assertThat(pull.path("status").asText()).isEqualTo("success");
        assertThat(pull.path("received").asInt())
                .isEqualTo(pull.path("expected").asInt())
                .isEqualTo(7);
        assertThat(pull.path("new_rows").asInt()).isGreaterThan(7);
        JsonNode again = JSON.readTree(output(0, "pull", "blockchain", "--sandbox", "--json"))
                .path("blockchain");
        assertThat(again.path("new_rows").asInt() + again.path("changed_rows").asInt())
                .isZero();
        JsonNode status = source(JSON.readTree(output(0, "status", "--sandbox", "--json")), "blockchain");
        assertThat(status.path("configured").asBoolean()).isTrue();
        assertThat(status.path("fresh").asBoolean()).isTrue();
        assertThat(status.path("records").asInt()).isGreaterThan(7);

        JsonNode history = JSON.readTree(output(0, "backfill", "blockchain", "--sandbox", "--days", "400", "--json"));
        assertThat(history.path("state").asText()).isEqualTo("done");
        assertThat(history.path("new_rows").asInt()).isGreaterThan(7 * 300);
        assertThat(output(0, "gaps", "blockchain", "--sandbox", "--days", "300"))
                .contains("nothing is missing");
    }

    @Test
    void aBrokenRouteFileIsNamedWithItsLineAndExitsWithOne() throws IOException {
        dropThreeFiles();
        Path route = home.resolve(ROUTE);
        Files.writeString(route, Files.readString(route).replace("ref: tablePlanner", "ref: tablePlaner"));
        int line = Files.readAllLines(route).indexOf("              ref: tablePlaner") + 1;
        assertThat(output(1, "routes", "validate").strip())
                .isEqualTo(ROUTE + ", line " + line + ": there is no bean tablePlaner");
        assertThat(output(0, "routes", "list"))
                .containsPattern("blockchain.camel.yaml +broken +blockchain-pull")
                .containsPattern("velo.camel.yaml +ok +velo-pull");
    }

    @Test
    void aRunningDaemonTakesTheFilesOnRequest() throws IOException, InterruptedException {
        int port = FreePort.find();
        String address = "http://127.0.0.1:" + port;
        try (ChildCaravan daemon = start(
                        Map.of("ADMIN_API_KEY", KEY), "up", "--sandbox", "--no-startup", "--port", String.valueOf(port))
                .awaitReady()) {
            dropThreeFiles();
            assertThat(send("POST", address + "/admin/pull/blockchain").statusCode())
                    .isEqualTo(404);
            JsonNode reload =
                    JSON.readTree(send("POST", address + "/admin/reload").body());
            assertThat(reload.path("reloaded").path(0).asText())
                    .as(reload.toString())
                    .isEqualTo(ROUTE);
            assertThat(send("POST", address + "/admin/pull/blockchain").statusCode())
                    .isEqualTo(202);
            await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> assertThat(source(
                                    JSON.readTree(
                                            send("GET", address + "/sources").body()),
                                    "blockchain")
                            .path("last_status")
                            .asText())
                    .isEqualTo("success"));
            JsonNode latest = JSON.readTree(send("GET", address + "/latest?metric=HASH_RATE&source=blockchain")
                    .body());
            assertThat(latest.path("data").path(0).path("asset").asText()).isEqualTo("bitcoin");
            assertThat(latest.path("data").path(0).path("unit").asText()).isEqualTo("TH/s");
            daemon.terminate();
            assertThat(daemon.exitCode()).isZero();
        }
    }

    private static HttpResponse<String> send(String method, String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .header("X-Admin-Key", KEY)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
