package dev.caravan.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** A running sandbox with a small configuration and a clock that stands still, and a client for it. */
final class SandboxWorld implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");
    static final long DAY = 86_400;
    static final long TODAY = Instant.parse("2026-11-20T00:00:00Z").getEpochSecond();
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sandbox sandbox;

    private SandboxWorld(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** Writes the configuration into a folder and starts a sandbox on it. */
    static SandboxWorld start(Path folder) throws IOException {
        Files.writeString(folder.resolve("defillama.csv"), """
            slug,name,gecko_id,kind,stablecoin_id,bridge,category,note
            ethereum,Ethereum,ethereum,chain,,,Chain,
            world-chain,World Chain,worldcoin-wld,,,,Chain,
            zigchain,ZIGChain,zignaly,,,,Chain,unknown to the sandbox
            lido,Lido,lido-dao,protocol,,,Liquid Staking,
            aave,Aave,aave,protocol,,,Lending,a family
            quickswap-dex,Quickswap Dex,quickswap,,,,Dexs,
            hegic,Hegic,hegic,,,,Options,
            celo-euro,Celo Euro,celo-euro,stablecoin,52,,Stablecoin,
            odd-dollar,Odd Dollar,odd-dollar,stablecoin,9001,,Stablecoin,
            across,Across,across-protocol,,,Across,Cross Chain Bridge,
            """, StandardCharsets.UTF_8);
        StringBuilder coins = new StringBuilder("id,symbol,name,note\nbitcoin,BTC,Bitcoin,\nethereum,ETH,Ethereum,\n");
        for (int i = 0; i < 120; i++) {
            coins.append("coin-")
                    .append(i)
                    .append(",C")
                    .append(i)
                    .append(",Coin ")
                    .append(i)
                    .append(",\n");
        }
        Files.writeString(folder.resolve("coingecko.csv"), coins, StandardCharsets.UTF_8);
        return new SandboxWorld(Sandbox.start(folder, Clock.fixed(NOW, ZoneOffset.UTC), 0));
    }

    Sandbox sandbox() {
        return sandbox;
    }

    @Override
    public void close() {
        sandbox.close();
    }

    String base(String setting) {
        return sandbox.endpoints().get(setting);
    }

    HttpResponse<byte[]> llama(String path) {
        return fetch(base("DEFILLAMA_API_URL") + path);
    }

    HttpResponse<byte[]> pro(String path) {
        return fetch(base("DEFILLAMA_PRO_URL") + path);
    }

    HttpResponse<byte[]> gecko(String path) {
        return fetch(base("COINGECKO_API_URL") + path);
    }

    static HttpResponse<byte[]> fetch(String address) {
        return send(HttpRequest.newBuilder(URI.create(address)).build());
    }

    static HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(request.uri() + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    static JsonNode json(HttpResponse<byte[]> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(answer.uri() + " gave no JSON: " + text(answer), e);
        }
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    static JsonNode row(JsonNode rows, String field, String value) {
        for (JsonNode row : rows) {
            if (row.get(field).asText().equals(value)) {
                return row;
            }
        }
        return JSON.missingNode();
    }
}
