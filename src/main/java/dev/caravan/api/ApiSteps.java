package dev.caravan.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that every route of the HTTP side shares: the bean {@code api}. */
public final class ApiSteps {
    private static final Logger LOG = LoggerFactory.getLogger(ApiSteps.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What an operator can ask, with its method. */
    private static final Map<String, String> ADMIN =
            Map.of("/admin/routes", "GET", "/admin/backfills", "GET", "/admin/reload", "POST");

    private static final String ALLOWED = "caravan.allowed";

    private final Settings settings;

    /**
     * @param settings {@code data.api.key}, {@code admin.api.key}, and whether this is the sandbox
     */
    public ApiSteps(Settings settings) {
        this.settings = settings;
    }

    /**
     * Takes what a query needs from the request, checks the key, and drops all headers: whatever of them stayed would come
     * back in the answer.
     *
     * @param exchange its message is the request
     * @return the query parameters
     * @throws Problem 401 without the right key, where one is set; 400 when the query cannot be read
     */
    public Parameters enter(Exchange exchange) {
        String given = exchange.getMessage().getHeader("X-API-Key", "", String.class);
        Parameters parameters = open(exchange);
        settings.optional("data.api.key").ifPresent(key -> refuseUnless(key, given, "X-API-Key"));
        return parameters;
    }

    /**
     * As {@link #enter}, for operators.
     *
     * @param exchange its message is the request
     * @return the query parameters
     * @throws Problem 503 when no admin key is set, 401 without the right one, 400 when the query cannot be read
     */
    public Parameters enterAdmin(Exchange exchange) {
        String given = exchange.getMessage().getHeader("X-Admin-Key", "", String.class);
        Parameters parameters = open(exchange);
        String key = settings.optional("admin.api.key")
                .orElseThrow(() -> new Problem(
                        503, "admin_off", "there is no admin key: set ADMIN_API_KEY and start again", List.of()));
        refuseUnless(key, given, "X-Admin-Key");
        return parameters;
    }

    /**
     * As {@link #enterAdmin}, for calls whose parameters may also stand in the body, as one JSON object of texts, numbers,
     * flags and lists of these.
     *
     * @param exchange its message is the request
     * @return the parameters of query and body
     * @throws Problem as {@link #enterAdmin}; 400 when the body is no such object
     */
    public Parameters enterAdminForm(Exchange exchange) {
        String body = exchange.getMessage().getBody(String.class);
        Parameters query = enterAdmin(exchange);
        if (body == null || body.isBlank()) {
            return query;
        }
        Map<String, String> parts = new HashMap<>();
        try {
            JsonNode form = JSON.readTree(body);
            if (!form.isObject()) {
                throw Problem.badParameter("the body is no JSON object");
            }
            form.properties().forEach(entry -> {
                if (!entry.getValue().isNull()) {
                    parts.put(entry.getKey(), text(entry.getKey(), entry.getValue()));
                }
            });
        } catch (JsonProcessingException e) {
            throw Problem.badParameter("the body is no JSON object");
        }
        return query.with(parts);
    }

    private static String text(String name, JsonNode value) {
        if (value.isArray()) {
            StringJoiner list = new StringJoiner(",");
            value.forEach(item -> list.add(text(name, item)));
            return list.toString();
        }
        if (value.isContainerNode()) {
            throw Problem.badParameter("a parameter in the body is an object");
        }
        return value.asText();
    }

    private static void refuseUnless(String key, String given, String header) {
        boolean same =
                MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        if (!same) {
            throw new Problem(
                    401,
                    "key_required",
                    "this installation answers with a key only: send it in the header " + header,
                    List.of());
        }
    }

    /**
     * Refuses a request that no route takes.
     *
     * @param exchange its message is the request
     * @throws Problem 405 where the path answers another method, else 404
     */
    public void nothing(Exchange exchange) {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "/", String.class);
        open(exchange);
        String allowed = SourceReport.ENDPOINTS.contains(path.isEmpty() ? "/" : path) ? "GET" : ADMIN.get(path);
        if (allowed != null) {
            exchange.setProperty(ALLOWED, allowed);
            throw new Problem(405, "method_not_allowed", "this path answers " + allowed + " only", List.of());
        }
        throw Problem.notFound("unknown_path", "there is nothing here; GET / lists what can be asked", List.of());
    }

    /**
     * As {@link #enter}, for what answers without a key.
     *
     * @param exchange its message is the request
     * @return the query parameters
     * @throws Problem 400 when the query cannot be read
     */
    public Parameters open(Exchange exchange) {
        Message message = exchange.getMessage();
        String query = message.getHeader(Exchange.HTTP_RAW_QUERY, String.class);
        if (query == null) {
            query = message.getHeader(Exchange.HTTP_QUERY, String.class);
        }
        message.removeHeaders("*");
        message.setBody(null);
        return Parameters.parse(query);
    }

    /**
     * Makes an answer of the body.
     *
     * @param exchange its body is the answer's object
     * @throws IOException never
     */
    public void leave(Exchange exchange) throws IOException {
        leaveWith(exchange, 200);
    }

    /**
     * Makes an answer of the body, with another status than 200.
     *
     * @param exchange its body is the answer's object
     * @param status the HTTP status
     * @throws IOException never
     */
    public void leaveWith(Exchange exchange, int status) throws IOException {
        send(exchange, status, "application/json", exchange.getMessage().getBody(ObjectNode.class));
    }

    /**
     * Makes an answer of the failure: the problem as it was said, or a 500 or 503 that says nothing of the inside.
     *
     * @param exchange the failed exchange
     * @throws IOException never
     */
    public void problem(Exchange exchange) throws IOException {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Problem problem = null;
        for (Throwable cause = failure; cause != null && problem == null; cause = cause.getCause()) {
            problem = cause instanceof Problem said ? said : null;
        }
        if (problem == null) {
            boolean away = failure instanceof org.springframework.dao.DataAccessResourceFailureException
                    || failure instanceof org.springframework.dao.TransientDataAccessException;
            LOG.warn("A query failed: {}", failure == null ? "unknown" : failure.toString());
            problem = away
                    ? new Problem(503, "database_away", "the database does not answer; try again", List.of())
                    : new Problem(500, "internal", "the query failed; the log says why", List.of());
        }
        ObjectNode body = JSON.createObjectNode();
        body.put("type", "about:blank");
        body.put("title", title(problem.status()));
        body.put("status", problem.status());
        body.put("code", problem.code());
        body.put("detail", problem.getMessage());
        if (!problem.suggestions().isEmpty()) {
            problem.suggestions().forEach(body.putArray("suggestions")::add);
        }
        send(exchange, problem.status(), "application/problem+json", body);
        if (problem.status() == 405) {
            exchange.getMessage().setHeader("Allow", exchange.getProperty(ALLOWED, "GET", String.class));
        }
        if (problem.status() == 503 && !problem.code().equals("admin_off")) {
            exchange.getMessage().setHeader("Retry-After", "5");
        }
    }

    private void send(Exchange exchange, int status, String type, ObjectNode body) throws IOException {
        if (settings.sandbox()) {
            body.put("sandbox", true);
        }
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setHeader("X-Content-Type-Options", "nosniff");
        if (settings.sandbox()) {
            message.setHeader("X-Caravan-Sandbox", "true");
        }
        message.setBody(JSON.writeValueAsBytes(body));
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
        };
    }
}
