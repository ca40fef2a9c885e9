package dev.caravan.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.component.quartz.QuartzComponent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schedule in the database as one daemon uses it: it is watched, and obeys those who stop or edit routes. */
final class SharedScheduleTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private final LoopbackVendor vendor = LoopbackVendor.start(asked -> LoopbackVendor.Reply.of(200, "[]"));
    private int port;

    @AfterEach
    void close() {
        vendor.close();
    }

    private TestCaravan start(String shared, String hours) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "coingecko.api.url",
                vendor.url(),
                "coingecko.rate.none",
                "2000/1s",
                "schedule.coingecko",
                hours,
                "schedule.velo",
                hours,
                "schedule.coingecko.enabled",
                "true",
                "schedule.shared",
                shared,
                "schedule.check-in",
                "1s",
                "schedule.overdue-after",
                "3s"));
        port = FreePort.serve(settings);
        Path home = TestHome.copyTo(folder).path();
        return TestCaravan.start(home, settings, "schedule", "api");
    }

    private static int slots(TestCaravan caravan) {
        return caravan.sql().queryForObject("SELECT count(*) FROM schedule_slot", Integer.class);
    }

    private static void awaitSlot(TestCaravan caravan) {
        int before = slots(caravan);
        await().atMost(Duration.ofSeconds(30)).until(() -> slots(caravan) > before);
    }

    private JsonNode health() {
        try {
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new ObjectMapper().readTree(answer.body());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void awaitHealth(String status, String why) {
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            JsonNode health = health();
            assertThat(health.path("status").asText()).as(health.toString()).isEqualTo(status);
            assertThat(health.path("why").asText()).contains(why);
        });
    }

    @Test
    void aSchedulerThatStandsStillIsNotOk() throws Exception {
        try (TestCaravan caravan = start("true", "0/1 * * * * ?")) {
            awaitSlot(caravan);
            awaitHealth("ok", "");
            try (Connection connection = caravan.caravan().database().connectApart();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("LOCK TABLE qrtz_triggers IN ACCESS EXCLUSIVE MODE");
                awaitHealth("degraded", "has not looked for its next slot");
                connection.rollback();
            }
            awaitHealth("ok", "");
            awaitSlot(caravan);
            scheduler(caravan).standby();
            awaitHealth("degraded", "the scheduler does not run");
        }
    }

    @Test
    void slotsThatNobodyTakesAreNotOk() throws Exception {
        try (TestCaravan caravan = start("false", "0/1 * * * * ?")) {
            awaitSlot(caravan);
            awaitHealth("ok", "");
            scheduler(caravan).pauseAll();
            awaitHealth("degraded", "the slot of coingecko at ");
        }
    }

    @Test
    void aTriggerOfASourceThatOnlyOthersPullIsLeftToThem() {
        try (TestCaravan caravan = start("true", "0/1 * * * * ?")) {
            awaitSlot(caravan);
            int before = slots(caravan);
            await().atMost(Duration.ofSeconds(30)).until(() -> slots(caravan) > before + 3);
            assertThat(caravan.sql()
                            .queryForList(
                                    "SELECT trigger_name FROM qrtz_triggers WHERE prev_fire_time > 0", String.class))
                    .containsExactly("coingecko");
            assertThat(caravan.sql()
                            .queryForObject(
                                    "SELECT count(*) FROM qrtz_triggers WHERE trigger_name = 'velo'", Integer.class))
                    .as("it is there, at the same hours")
                    .isEqualTo(1);
        }
    }

    private static org.quartz.Scheduler scheduler(TestCaravan caravan) {
        return caravan.caravan()
                .context()
                .getComponent("quartz", QuartzComponent.class)
                .getScheduler();
    }

    @Test
    void routesThatAreStoppedStartedAndEditedKeepToTheirHours() throws Exception {
        try (TestCaravan caravan = start("true", "0/2 * * * * ?")) {
            awaitSlot(caravan);
            caravan.caravan().routeFiles().stop("coingecko-at-times");
            int before = slots(caravan);
            await().pollDelay(Duration.ofSeconds(3))
                    .untilAsserted(() -> assertThat(slots(caravan)).isEqualTo(before));
            awaitHealth("ok", "");
            assertThat(caravan.sql().queryForList("SELECT DISTINCT trigger_state FROM qrtz_triggers", String.class))
                    .as("the triggers of all daemons go on")
                    .isSubsetOf("WAITING", "ACQUIRED");
            caravan.caravan().routeFiles().start("coingecko-at-times");
            awaitSlot(caravan);

            Path template = folder.resolve("routes/templates/schedule.camel.yaml");
            String text = Files.readString(template);
            assertThat(text).contains("cron: \"{{schedule.{{source}}}}\"");
            Files.writeString(template, text.replace("cron: \"{{schedule.{{source}}}}\"", "cron: \"0 0 0 1 1 ?\""));
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                caravan.caravan().routeFiles().reload(() -> {});
                return true;
            });
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(caravan.sql()
                            .queryForObject(
                                    "SELECT cron_expression FROM qrtz_cron_triggers WHERE trigger_name = 'coingecko'",
                                    String.class))
                    .isEqualTo("0 0 0 1 1 ?"));
        }
    }
}
