package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes over HTTP: what runs, and reloading it on request. */
final class RouteAdminTest {
    private static final String KEY = "an-admin-key-for-tests";

    @TempDir
    private Path folder;

    private int port;

    private TestCaravan caravan(String key) throws IOException {
        return caravan(key, new HashMap<>());
    }

    private TestCaravan caravan(String key, Sandbox sandbox) throws IOException {
        return caravan(key, TestCaravan.vendors(sandbox));
    }

    private TestCaravan caravan(String key, Map<String, String> settings) throws IOException {
        settings.put("admin.api.key", key);
        port = FreePort.serve(settings);
        return TestCaravan.start(folder, settings, "api", "nothing");
    }

    private HttpResponse<String> send(String method, String path, String key) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (key != null) {
            request.header("X-Admin-Key", key);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }

    @Test
    void withoutAnAdminKeyItIsOffAndWithOneOthersAreTurnedAway() throws Exception {
        TestHome.copyTo(folder);
        try (TestCaravan caravan = caravan("")) {
            assertThat(caravan.caravan().routeFiles().faults()).isEmpty();
            HttpResponse<String> off = send("GET", "/admin/routes", "anything");
            assertThat(off.statusCode()).isEqualTo(503);
            assertThat(json(off).path("code").asText()).isEqualTo("admin_off");
            assertThat(json(off).path("detail").asText()).contains("ADMIN_API_KEY");
        }
        try (TestCaravan caravan = caravan(KEY)) {
            assertThat(caravan.caravan().routeFiles().faults()).isEmpty();
            assertThat(send("GET", "/admin/routes", null).statusCode()).isEqualTo(401);
            assertThat(send("POST", "/admin/reload", "wrong").statusCode()).isEqualTo(401);
            HttpResponse<String> method = send("GET", "/admin/reload", KEY);
            assertThat(method.statusCode()).isEqualTo(405);
            assertThat(method.headers().firstValue("Allow")).hasValue("POST");
        }
    }

    @Test
    void everyRouteIsListedWithItsFileAndState() throws Exception {
        TestHome.copyTo(folder);
        try (TestCaravan caravan = caravan(KEY)) {
            JsonNode answer = json(send("GET", "/admin/routes", KEY));
            assertThat(answer.path("count").asInt())
                    .isEqualTo(caravan.caravan().context().getRoutesSize());
            assertThat(answer.path("routes")).anySatisfy(route -> {
                assertThat(route.path("id").asText()).isEqualTo("velo-pull");
                assertThat(route.path("file").asText()).isEqualTo("routes/sources/velo.camel.yaml");
                assertThat(route.path("state").asText()).isEqualTo("started");
                assertThat(route.path("description").asText()).startsWith("Pulls Velo once");
            });
            assertThat(answer.path("faults")).isEmpty();
        }
    }

    @Test
    void aReloadTakesEditedFilesAlsoTheOneThatAnswersIt() throws Exception {
        TestHome home = TestHome.copyTo(folder);
        try (TestCaravan caravan = caravan(KEY)) {
            assertThat(caravan.caravan().routeFiles().faults()).isEmpty();
            JsonNode nothing = json(send("POST", "/admin/reload", KEY));
            assertThat(nothing.path("reloaded")).isEmpty();
            Path admin = folder.resolve("routes/api/admin.camel.yaml");
            home.write(
                    "routes/api/admin.camel.yaml",
                    Files.readString(admin)
                            .replace("Reads route files", "reads")
                            .replace("every route with", "all with"));
            home.write(
                    "config/metrics.csv",
                    Files.readString(folder.resolve("config/metrics.csv"))
                            .replace("Price of one coin in USD", "The price"));
            HttpResponse<String> reload = send("POST", "/admin/reload", KEY);
            assertThat(reload.statusCode()).as(reload.body()).isEqualTo(200);
            assertThat(json(reload).path("reloaded").path(0).asText()).isEqualTo("routes/api/admin.camel.yaml");
            await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> assertThat(
                            json(send("GET", "/admin/routes", KEY)).path("routes"))
                    .anySatisfy(route ->
                            assertThat(route.path("description").asText()).contains("all with its file")));
            assertThat(caravan.sql()
                            .queryForObject(
                                    "SELECT count(*) FROM metric WHERE description LIKE 'The price%'", Integer.class))
                    .isPositive();
            // The route for all the rest is still the last to be asked.
            assertThat(send("GET", "/sources", null).statusCode()).isEqualTo(200);
            assertThat(send("GET", "/nowhere", null).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aBrokenSetIsRefusedWithFileAndLine() throws Exception {
        TestHome home = TestHome.copyTo(folder);
        try (TestCaravan caravan = caravan(KEY)) {
            home.write("routes/sources/velo.camel.yaml", "- route:", "    id: velo-pull", "    form: direct:velo");
            HttpResponse<String> refused = send("POST", "/admin/reload", KEY);
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(json(refused).path("code").asText()).isEqualTo("routes_broken");
            assertThat(json(refused).path("detail").asText()).contains("routes/sources/velo.camel.yaml, line 3");
            assertThat(caravan.caravan().context().getRoute("velo-pull")).isNotNull();
        }
    }

    @Test
    void aBrokenFileAtTheStartIsSaidByTheRootAndTheList() throws Exception {
        TestHome.copyTo(folder)
                .write("routes/sources/velo.camel.yaml", "- route:", "    id: velo-pull", "    form: direct:velo");
        try (TestCaravan caravan = caravan(KEY)) {
            JsonNode root = json(send("GET", "/", null));
            assertThat(root.path("status").asText()).isEqualTo("degraded");
            assertThat(root.path("why").asText()).contains("routes/sources/velo.camel.yaml, line 3");
            JsonNode fault =
                    json(send("GET", "/admin/routes", KEY)).path("faults").path(0);
            assertThat(fault.path("line").asInt()).isEqualTo(3);
            assertThat(fault.path("message").asText()).contains("form");
            assertThat(caravan.caravan().context().getRoute("coingecko-pull")).isNotNull();
        }
    }

    @Test
    void aPullIsStartedByItsRouteAndOnlyOneAtATime() throws Exception {
        TestHome.copyTo(folder);
        try (Sandbox sandbox = Sandbox.start(folder.resolve("config/sources"), Clock.systemUTC(), 0)) {
            sandbox.faults().add("coingecko:slow:delay_ms=1500");
            try (TestCaravan caravan = caravan(KEY, sandbox)) {
                HttpResponse<String> begun = send("POST", "/admin/pull/coingecko", KEY);
                assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
                int id = json(begun).path("pull_id").asInt();
                HttpResponse<String> second = send("POST", "/admin/pull/coingecko", KEY);
                assertThat(second.statusCode()).isEqualTo(409);
                assertThat(json(second).path("code").asText()).isEqualTo("pull_running");
                await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> assertThat(caravan.lastPull("coingecko"))
                        .containsEntry("pull_id", id)
                        .containsEntry("status", "success"));
                HttpResponse<String> unknown = send("POST", "/admin/pull/nowhere", KEY);
                assertThat(unknown.statusCode()).isEqualTo(404);
                assertThat(json(unknown).path("suggestions").toString()).contains("coingecko");
                HttpResponse<String> keyless = send("POST", "/admin/pull/velo", KEY);
                assertThat(keyless.statusCode()).isEqualTo(409);
                assertThat(json(keyless).path("code").asText()).isEqualTo("not_configured");
                assertThat(send("POST", "/admin/pull/coingecko", "wrong").statusCode())
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void aStoppedRouteStandsStillEverywhereAndAfterARestartUntilItIsStarted() throws Exception {
        TestHome.copyTo(folder);
        Map<String, String> settings =
                new HashMap<>(Map.of("schedule.enabled", "true", "database.url", TestServer.newDatabase()));
        String slot = "coingecko-at-times";
        try (TestCaravan other = TestCaravan.start(folder, settings, "schedule")) {
            try (TestCaravan caravan = caravan(KEY, new HashMap<>(settings))) {
                assertThat(json(send("POST", "/admin/routes/velo-pull/stop", KEY))
                                .path("state")
                                .asText())
                        .isEqualTo("stopped");
                assertThat(send("POST", "/admin/routes/" + slot + "/stop", KEY).statusCode())
                        .isEqualTo(404);
                assertThat(send("POST", "/admin/routes/admin-pull/stop", KEY).statusCode())
                        .isEqualTo(409);
                assertThat(state(caravan, "velo-pull")).isEqualTo(ServiceStatus.Stopped);
                assertThat(state(caravan, "velo-answer")).isEqualTo(ServiceStatus.Started);
                other.caravan().routeFiles().obey();
                assertThat(state(other, "velo-pull")).isEqualTo(ServiceStatus.Stopped);
            }
            other.caravan().routeFiles().stop(slot);
            assertThat(state(other, slot)).isEqualTo(ServiceStatus.Stopped);
        }
        try (TestCaravan again = TestCaravan.start(folder, settings, "schedule")) {
            assertThat(state(again, slot)).isEqualTo(ServiceStatus.Stopped);
            assertThat(state(again, "velo-pull")).isEqualTo(ServiceStatus.Stopped);
            assertThat(state(again, "defillama-at-times")).isEqualTo(ServiceStatus.Started);
            try (TestCaravan caravan = caravan(KEY, new HashMap<>(settings))) {
                assertThat(state(caravan, "velo-pull")).isEqualTo(ServiceStatus.Stopped);
                assertThat(json(send("POST", "/admin/routes/velo-pull/start", KEY))
                                .path("state")
                                .asText())
                        .isEqualTo("started");
            }
            again.caravan().routeFiles().obey();
            assertThat(state(again, "velo-pull")).isEqualTo(ServiceStatus.Started);
            assertThat(state(again, slot)).isEqualTo(ServiceStatus.Stopped);
        }
    }

    private static ServiceStatus state(TestCaravan caravan, String route) {
        return caravan.caravan().context().getRouteController().getRouteStatus(route);
    }
}
