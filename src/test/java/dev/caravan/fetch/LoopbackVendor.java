package dev.caravan.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/** A vendor on loopback whose answers a test writes itself, for what the sandbox does not play. */
public final class LoopbackVendor implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService pool = Executors.newFixedThreadPool(16);
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Function<Asked, Reply> answers;

    /**
     * A request as it came.
     *
     * @param target path and query as sent
     * @param headers all header fields, as one text
     * @param arrivedNanos {@link System#nanoTime} when it came
     */
    public record Asked(String target, String headers, long arrivedNanos) {}

    /**
     * What to answer.
     *
     * @param status the HTTP status
     * @param body the body; compressed where a header says so
     * @param headers further header fields
     */
    public record Reply(int status, String body, Map<String, String> headers) {
        /** An answer without further header fields. */
        public static Reply of(int status, String body) {
            return new Reply(status, body, Map.of());
        }
    }

    private LoopbackVendor(HttpServer server, Function<Asked, Reply> answers) {
        this.server = server;
        this.answers = answers;
    }

    /** Listens on a free port; an answer of null closes the connection instead. */
    public static LoopbackVendor start(Function<Asked, Reply> answers) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
            LoopbackVendor vendor = new LoopbackVendor(server, answers);
            server.setExecutor(vendor.pool);
            server.createContext("/", vendor::handle);
            server.start();
            return vendor;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        long arrived = System.nanoTime();
        try (exchange) {
            Asked request = new Asked(
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().entrySet().toString(),
                    arrived);
            asked.add(request);
            Reply reply = answers.apply(request);
            if (reply == null) {
                throw new IOException("the connection is closed without an answer, as the test asks");
            }
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            if ("gzip".equals(reply.headers().get("Content-Encoding"))) {
                ByteArrayOutputStream sink = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(sink)) {
                    gzip.write(body);
                }
                body = sink.toByteArray();
            }
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    /** Answers otherwise from now on, and forgets what was asked. */
    public void answer(Function<Asked, Reply> other) {
        answers = other;
        asked.clear();
    }

    /** What was asked so far. */
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** The base URL. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        pool.shutdownNow();
    }
}
