package dev.caravan.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** What every request passes: finding the vendor, the faults in force, the log, compression and delivery. */
final class FrontDoor implements HttpHandler {
    private static final int SMALLEST_COMPRESSED = 256;
    private static final int NO_BODY = -1;

    private final List<Vendor> vendors;
    private final Faults faults;
    private final FaultEndpoint faultEndpoint;
    private final RequestLog requests;
    private final Clock clock;
    private final LongSupplier arrival;

    /**
     * A door.
     *
     * @param arrival gives the nano time at which the request on the current thread was noticed
     */
    FrontDoor(List<Vendor> vendors, Faults faults, RequestLog requests, Clock clock, LongSupplier arrival) {
        this.vendors = vendors;
        this.faults = faults;
        this.faultEndpoint = new FaultEndpoint(faults);
        this.requests = requests;
        this.clock = clock;
        this.arrival = arrival;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long arrivedNanos = arrival.getAsLong();
        String path = exchange.getRequestURI().getRawPath();
        if (path.equals(FaultEndpoint.PATH)) {
            deliver(exchange, faultEndpoint.answer(exchange.getRequestMethod(), exchange.getRequestBody()), false);
            return;
        }
        if (path.equals(ArrivalReport.PATH)) {
            deliver(exchange, new ArrivalReport(requests).answer(), false);
            return;
        }
        for (Vendor vendor : vendors) {
            for (String prefix : vendor.endpoints().values()) {
                if (path.equals(prefix) || path.startsWith(prefix + "/")) {
                    serve(exchange, vendor, prefix, arrivedNanos);
                    return;
                }
            }
        }
        deliver(exchange, Answer.text(404, "Not Found"), false);
    }

    private void serve(HttpExchange exchange, Vendor vendor, String prefix, long arrivedNanos) throws IOException {
        Map<String, String> headers = headers(exchange);
        String query =
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        String path = exchange.getRequestURI().getRawPath();
        Faults.Decision decision = faults.decide(vendor.name(), query.isEmpty() ? path : path + "?" + query);
        sleep(decision.delayMillis());
        Answer answer = answer(exchange, vendor, prefix, headers, decision.fault());
        boolean cutOff = decision.fault()
                .filter(fault -> fault.kind() == FaultKind.CUT_OFF)
                .isPresent();
        boolean gzip = !cutOff && accepts(headers) && answer.body().length() >= SMALLEST_COMPRESSED;
        // Logged before the answer leaves, so that whoever has the answer finds the request in the log.
        requests.add(new RequestLog.Entry(
                vendor.name(), exchange.getRequestMethod(), path, query, headers, arrivedNanos, answer.status(), gzip));
        if (cutOff) {
            cutOff(exchange, answer, decision.fault().orElseThrow().chunked());
        } else {
            deliver(exchange, answer, gzip);
        }
    }

    private Answer answer(
            HttpExchange exchange,
            Vendor vendor,
            String prefix,
            Map<String, String> headers,
            Optional<FaultRule> fault) {
        if (!exchange.getRequestMethod().equals("GET")) {
            return Answer.text(405, "Method Not Allowed").with("Allow", "GET");
        }
        Request request;
        try {
            request = Request.of(prefix, exchange.getRequestURI(), headers, clock.instant());
        } catch (IllegalArgumentException e) {
            return Answer.text(400, "Bad Request");
        }
        return fault.flatMap(rule -> faulty(rule, vendor, request)).orElseGet(() -> vendor.answer(request));
    }

    /** The wrong answer of a fault; none for a fault that spoils the delivery of the right one. */
    private static Optional<Answer> faulty(FaultRule rule, Vendor vendor, Request request) {
        return switch (rule.kind()) {
            case TOO_MANY_REQUESTS ->
                Optional.of(
                        rule.retryAfter() < 0
                                ? vendor.error(429, request)
                                : vendor.error(429, request).with("Retry-After", Integer.toString(rule.retryAfter())));
            case SERVER_ERROR -> Optional.of(serverError(rule.status() == 0 ? 500 : rule.status(), vendor, request));
            case STATUS -> Optional.of(vendor.error(rule.status() == 0 ? 400 : rule.status(), request));
            case HTML -> Optional.of(Answer.page(200, "Just a moment..."));
            case WRONG_TYPE -> Optional.of(Answer.json(200, Body.text(wrongType(rule.form()))));
            case EMPTY -> Optional.of(Answer.json(200, Body.text("")));
            case SLOW, CUT_OFF -> Optional.empty();
        };
    }

    private static Answer serverError(int status, Vendor vendor, Request request) {
        return switch (status) {
            // These three come from the proxies in front of the vendor, which know nothing of its bodies.
            case 502 -> Answer.page(502, "502 Bad Gateway");
            case 503 -> Answer.page(503, "503 Service Temporarily Unavailable");
            case 504 -> Answer.page(504, "504 Gateway Time-out");
            default -> vendor.error(status, request);
        };
    }

    private static String wrongType(String form) {
        return switch (form) {
            case "string" -> "\"temporarily unavailable\"";
            case "number" -> "0";
            case "array" -> "[]";
            case "null" -> "null";
            default ->
                "{\"statusCode\":400,\"body\":\"{\\\"message\\\":\\\"Something went" + " wrong\\\"}\",\"headers\":{}}";
        };
    }

    private static void deliver(HttpExchange exchange, Answer answer, boolean gzip) throws IOException {
        try (exchange) {
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.getResponseHeaders().set("Vary", "Accept-Encoding");
            if (gzip) {
                byte[] compressed = answer.body().gzip();
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                exchange.sendResponseHeaders(answer.status(), compressed.length);
                exchange.getResponseBody().write(compressed);
            } else if (answer.body().length() == 0) {
                exchange.sendResponseHeaders(answer.status(), NO_BODY);
            } else {
                exchange.sendResponseHeaders(answer.status(), answer.body().length());
                answer.body().writeTo(exchange.getResponseBody());
            }
        }
    }

    /** Sends the first half of an answer; the server then closes the connection because of the exception. */
    private static void cutOff(HttpExchange exchange, Answer answer, boolean chunked) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(answer.body().length());
        answer.body().writeTo(whole);
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), chunked || whole.size() == 0 ? 0 : whole.size());
        OutputStream out = exchange.getResponseBody();
        out.write(whole.toByteArray(), 0, whole.size() / 2);
        out.flush();
        throw new IOException("cut off, as asked for");
    }

    private static boolean accepts(Map<String, String> headers) {
        return headers.getOrDefault("accept-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("gzip");
    }

    private static Map<String, String> headers(HttpExchange exchange) {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        return headers;
    }

    private static void sleep(long millis) throws IOException {
        if (millis <= 0) {
            return;
        }
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the sandbox is closing", e);
        }
    }
}
