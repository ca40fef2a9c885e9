package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.settings.Settings;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;

/** The program, asked over HTTP, and writers that store what a test wants at the times that it wants. */
final class AskedProgram implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestCaravan caravan;
    private final int port;

    private AskedProgram(TestCaravan caravan, int port) {
        this.caravan = caravan;
        this.port = port;
    }

    /** Starts it on the project's own folder; settings by their names, caravan.now among them where a test sets the clock. */
    static AskedProgram start(Map<String, String> settings) {
        return start(TestHome.project(), settings);
    }

    static AskedProgram start(Path home, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        int port = FreePort.serve(all);
        return new AskedProgram(TestCaravan.start(home, all, "api", "nothing"), port);
    }

    /** The answer of a call, with whatever status. */
    HttpResponse<String> send(String path) {
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

    /** The answer of a call that succeeds. */
    JsonNode get(String path) {
        HttpResponse<String> answer = send(path);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return json(answer);
    }

    /** The stable code of a call that is refused with that status. */
    String refusal(int status, String path) {
        HttpResponse<String> answer = send(path);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(status);
        return json(answer).path("code").asText();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.body(), e);
        }
    }

    /** Values of an answer's rows by their times. */
    static Map<String, Double> values(JsonNode answer) {
        Map<String, Double> values = new TreeMap<>();
        answer.path("data")
                .forEach(row -> values.put(
                        row.path("timestamp").asText(), row.path("value").asDouble()));
        assertThat(values).as("no bucket twice").hasSize(answer.path("count").asInt());
        return values;
    }

    /** A writer whose batches are committed at that time. */
    ObservationWriter writerAt(Instant time) {
        return new ObservationWriter(
                caravan.caravan().database().dataSource(),
                caravan.caravan().statements(),
                Settings.load(TestHome.project(), Map.of(), Map.of("caravan.now", time.toString()), false));
    }

    /** A writer whose batches are committed by the server's clock, as another process has one. */
    ObservationWriter writer() {
        return new ObservationWriter(
                caravan.caravan().database().dataSource(), caravan.caravan().statements());
    }

    JdbcTemplate sql() {
        return caravan.sql();
    }

    TestCaravan caravan() {
        return caravan;
    }

    @Override
    public void close() {
        caravan.close();
    }
}
