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
    private final ThreadLocal<Long> arrival = new ThreadLocal<>();
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
     * @param delivery how much of the body comes
     */
    public record Reply(int status, String body, Map<String, String> headers, Delivery delivery) {
        /** An answer that comes whole. */
        public Reply(int status, String body, Map<String, String> headers) {
            this(status, body, headers, Delivery.WHOLE);
        }

        /** An answer without further header fields. */
        public static Reply of(int status, String body) {
            return new Reply(status, body, Map.of());
        }
    }

    /** How much of a body comes. */
    public enum Delivery {
        /** All of it. */
        WHOLE,
        /** Its first half, after the length of the whole; then the connection is closed. */
        CUT_OFF,
        /** Its first half as a chunk; then the connection is closed without the chunk that ends the body. */
        CUT_OFF_CHUNKED
    }

    private LoopbackVendor(HttpServer server, Function<Asked, Reply> answers) {
        this.server = server;
        this.answers = answers;
    }

    /** Listens on a free port; an answer of null closes the connection instead. */
    public static LoopbackVendor start(Function<Asked, Reply> answers) {
        // Without it every small answer on a kept connection waits 40 ms for the client's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
            LoopbackVendor vendor = new LoopbackVendor(server, answers);
            // The time of arrival is taken where the request is noticed, before it waits for a thread.
            server.setExecutor(task -> {
                long noticed = System.nanoTime();
                vendor.pool.execute(() -> {
                    vendor.arrival.set(noticed);
                    task.run();
                });
            });
            server.createContext("/", vendor::handle);
            server.start();
            return vendor;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        Asked request = new Asked(
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders().entrySet().toString(),
                arrival.get());
        asked.add(request);
        Reply reply;
        try {
            reply = answers.apply(request);
        } catch (RuntimeException | Error e) {
            exchange.close(); // else the client would wait for ever
            throw e;
        }
        if (reply != null && reply.delivery() != Delivery.WHOLE) {
            cutOff(exchange, reply);
        }
        try (exchange) {
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

    /** Not closed in good order, which would end a chunked body; the server drops the connection for the exception. */
    private static void cutOff(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), reply.delivery() == Delivery.CUT_OFF ? body.length : 0);
        exchange.getResponseBody().write(body, 0, body.length / 2);
        exchange.getResponseBody().flush();
        throw new IOException("the answer is cut off, as the test asks");
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
