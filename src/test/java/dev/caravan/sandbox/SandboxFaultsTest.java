package dev.caravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every fault over real HTTP, and the ways to ask for one. */
final class SandboxFaultsTest {
    @TempDir
    static Path folder;

    private static SandboxWorld world;

    @BeforeAll
    static void start() throws IOException {
        world = SandboxWorld.start(folder);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @BeforeEach
    void forget() {
        world.sandbox().faults().clear();
        world.sandbox().requests().clear();
    }

    @Test
    void faultTooManyRequests() {
        world.sandbox().faults().add("coingecko:too_many_requests:retry_after=7");
        HttpResponse<byte[]> answer = world.gecko("/ping");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).contains("7");
        assertThat(SandboxWorld.json(answer).at("/status/error_code").asInt()).isEqualTo(429);
        assertThat(world.llama("/tvl/lido").statusCode()).isEqualTo(200);
        world.sandbox().faults().clear();
        world.sandbox().faults().add("*:too_many_requests");
        assertThat(world.llama("/tvl/lido").headers().firstValue("retry-after")).isEmpty();
    }

    @Test
    void faultServerErrorAndStatus() {
        for (int status : new int[] {500, 502, 503, 504}) {
            world.sandbox().faults().clear();
            world.sandbox().faults().add("defillama:server_error:status=" + status);
            assertThat(world.llama("/tvl/lido").statusCode()).isEqualTo(status);
        }
        for (int status : new int[] {400, 401, 402, 403, 404, 410}) {
            world.sandbox().faults().clear();
            world.sandbox().faults().add("coingecko:status:status=" + status);
            assertThat(world.gecko("/ping").statusCode()).isEqualTo(status);
        }
    }

    @Test
    void faultSlow() {
        world.sandbox().faults().add("defillama:slow:delay_ms=300");
        long begin = System.nanoTime();
        assertThat(world.llama("/tvl/lido").statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(290));
        assertThat(world.sandbox().requests().entries("defillama").get(0).arrivedNanos())
                .isLessThan(begin + Duration.ofMillis(250).toNanos());
    }

    @Test
    void faultCutOff() {
        for (String form : List.of("", ":chunked=true")) {
            world.sandbox().faults().clear();
            world.sandbox().faults().add("defillama:cut_off" + form);
            HttpRequest request = HttpRequest.newBuilder(URI.create(world.base("DEFILLAMA_API_URL") + "/v2/chains"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            assertThatThrownBy(() -> SandboxWorld.CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray()))
                    .as(form)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(HttpTimeoutException.class);
        }
    }

    @Test
    void faultWrongBodies() {
        world.sandbox().faults().add("defillama:html:path=/html$");
        world.sandbox().faults().add("defillama:wrong_type:path=/envelope$");
        world.sandbox().faults().add("defillama:wrong_type:path=/string$:form=string");
        world.sandbox().faults().add("defillama:empty:path=/empty$");
        HttpResponse<byte[]> html = world.llama("/tvl/html");
        assertThat(html.statusCode()).isEqualTo(200);
        assertThat(html.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThat(SandboxWorld.text(html)).startsWith("<!DOCTYPE html>");
        assertThat(SandboxWorld.json(world.llama("/tvl/envelope"))
                        .get("statusCode")
                        .asInt())
                .isEqualTo(400);
        assertThat(SandboxWorld.json(world.llama("/tvl/string")).isTextual()).isTrue();
        HttpResponse<byte[]> empty = world.llama("/tvl/empty");
        assertThat(empty.statusCode()).isEqualTo(200);
        assertThat(empty.body()).isEmpty();
    }

    @Test
    void faultsHitAShareHealAndBeginLater() {
        world.sandbox().faults().add("defillama:server_error:share=0.3");
        int failed = 0;
        for (int i = 0; i < 200; i++) {
            int first = world.llama("/unknown?n=" + i).statusCode();
            assertThat(world.llama("/unknown?n=" + i).statusCode()).isEqualTo(first);
            failed += first == 500 ? 1 : 0;
        }
        assertThat(failed).isBetween(35, 85);

        world.sandbox().faults().clear();
        world.sandbox().faults().add("coingecko:server_error:times=2");
        assertThat(statuses("/ping", 4)).containsExactly(500, 500, 200, 200);
        assertThat(statuses("/ping?other=1", 3)).containsExactly(500, 500, 200);

        world.sandbox().faults().clear();
        world.sandbox().faults().add("coingecko:server_error:after=2");
        assertThat(statuses("/ping", 4)).containsExactly(200, 200, 500, 500);
    }

    @Test
    void faultsOverHttp() {
        URI address = URI.create("http://127.0.0.1:" + world.sandbox().port() + FaultEndpoint.PATH);
        String rule = "{\"vendor\":\"coingecko\",\"kind\":\"server_error\",\"status\":503,\"times\":1}";
        HttpResponse<byte[]> added = SandboxWorld.send(HttpRequest.newBuilder(address)
                .POST(HttpRequest.BodyPublishers.ofString(rule))
                .build());
        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(statuses("/ping", 2)).containsExactly(503, 200);
        JsonNode list = SandboxWorld.json(SandboxWorld.fetch(address.toString()));
        assertThat(list.get(0).get("kind").asText()).isEqualTo("server_error");
        assertThat(list.get(0).get("status").asInt()).isEqualTo(503);
        HttpResponse<byte[]> wrong = SandboxWorld.send(HttpRequest.newBuilder(address)
                .POST(HttpRequest.BodyPublishers.ofString("{\"kind\":\"flood\"}"))
                .build());
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(SandboxWorld.text(wrong)).contains("flood").contains("cut_off");
        SandboxWorld.send(HttpRequest.newBuilder(address).DELETE().build());
        assertThat(world.sandbox().faults().list()).isEmpty();
    }

    @Test
    void faultTextsAreReadOrRefusedClearly() {
        assertThat(FaultRule.parse("defillama:server_error:status=503:share=0.2"))
                .isEqualTo(FaultRule.of("defillama", FaultKind.SERVER_ERROR)
                        .with("status", "503")
                        .with("share", "0.2"));
        assertThat(FaultRule.parse("*:slow:path=a:b[0-9]:delay_ms=5").path()).isEqualTo("a:b[0-9]");
        assertThatThrownBy(() -> FaultRule.parse("defillama")).hasMessageContaining("vendor:kind[:key=value...]");
        assertThatThrownBy(() -> FaultRule.parse("defillama:flood")).hasMessageContaining("too_many_requests");
        assertThatThrownBy(() -> FaultRule.parse("defillama:slow:speed=3")).hasMessageContaining("delay_ms");
        assertThatThrownBy(() -> FaultRule.parse("defillama:slow:share=2")).hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> FaultRule.parse("defillama:slow:delay_ms=soon"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("soon");
    }

    private static List<Integer> statuses(String path, int tries) {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < tries; i++) {
            statuses.add(world.gecko(path).statusCode());
        }
        return statuses;
    }
}
