package dev.caravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all vendors of the sandbox share: addresses, determinism, compression. */
final class SandboxTest {
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
    void namesAllEndpoints() {
        assertThat(world.sandbox().endpoints())
                .containsOnlyKeys(
                        "ARTEMIS_API_URL",
                        "DEFILLAMA_API_URL",
                        "DEFILLAMA_STABLECOINS_URL",
                        "DEFILLAMA_PRO_URL",
                        "COINGECKO_API_URL",
                        "VELO_API_URL",
                        "ALPHAVANTAGE_API_URL",
                        "BLOCKCHAIN_API_URL")
                .containsValue("http://127.0.0.1:" + world.sandbox().port() + "/coingecko/api/v3");
    }

    @Test
    void refusesUnknownRoutesAndOtherMethods() {
        assertThat(world.llama("/nothing").statusCode()).isEqualTo(404);
        assertThat(SandboxWorld.fetch("http://127.0.0.1:" + world.sandbox().port() + "/elsewhere")
                        .statusCode())
                .isEqualTo(404);
        HttpRequest post = HttpRequest.newBuilder(URI.create(world.base("DEFILLAMA_API_URL") + "/protocols"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(SandboxWorld.send(post).statusCode()).isEqualTo(405);
    }

    @Test
    void theSameHourHasTheSameBytesAndTheNextHasOthers() {
        List<String> paths = List.of(
                "/defillama/protocols",
                "/defillama/v2/chains",
                "/defillama/protocol/lido",
                "/defillama/overview/fees",
                "/defillama-stablecoins/stablecoins",
                "/coingecko/api/v3/coins/markets?vs_currency=usd",
                "/coingecko/api/v3/coins/ethereum/market_chart?vs_currency=usd&days=1");
        try (Sandbox sameHour =
                        Sandbox.start(folder, Clock.fixed(SandboxWorld.NOW.plusSeconds(1_800), ZoneOffset.UTC), 0);
                Sandbox nextHour =
                        Sandbox.start(folder, Clock.fixed(SandboxWorld.NOW.plusSeconds(3_600), ZoneOffset.UTC), 0)) {
            for (String path : paths) {
                byte[] body = SandboxWorld.fetch(
                                "http://127.0.0.1:" + world.sandbox().port() + path)
                        .body();
                assertThat(SandboxWorld.fetch("http://127.0.0.1:" + sameHour.port() + path)
                                .body())
                        .as(path)
                        .isEqualTo(body);
                byte[] later = SandboxWorld.fetch("http://127.0.0.1:" + nextHour.port() + path)
                        .body();
                if (!path.contains("/overview/")) {
                    assertThat(later).as(path).isNotEqualTo(body);
                }
            }
        }
    }

    @Test
    void compressesForThoseWhoAccept() throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(world.base("DEFILLAMA_API_URL") + "/protocols"))
                .header("Accept-Encoding", "gzip")
                .build();
        HttpResponse<byte[]> answer = SandboxWorld.send(request);
        assertThat(answer.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(answer.body().length).isLessThan(4_000_000);
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(plain.readAllBytes()).isEqualTo(world.llama("/protocols").body());
        }
        assertThat(world.sandbox().requests().entries("defillama").get(0).gzip())
                .isTrue();
        assertThat(world.sandbox().requests().entries("defillama").get(1).gzip())
                .isFalse();
    }

    @Test
    void runsWithoutConfiguration(@TempDir Path empty) {
        try (Sandbox bare = Sandbox.start(empty, Clock.fixed(SandboxWorld.NOW, ZoneOffset.UTC), 0)) {
            assertThat(SandboxWorld.json(SandboxWorld.fetch(bare.endpoints().get("DEFILLAMA_API_URL") + "/v2/chains")))
                    .hasSize(450);
        }
    }
}
