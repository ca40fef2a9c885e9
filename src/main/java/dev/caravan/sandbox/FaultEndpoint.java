package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;

/** The faults over HTTP: GET lists them, POST adds one, DELETE removes all. */
final class FaultEndpoint {
    /** The path of this endpoint. */
    static final String PATH = "/sandbox/faults";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_BYTES = 1 << 16;
    private static final Set<String> NAMING_KEYS = Set.of("vendor", "kind");

    private final Faults faults;

    FaultEndpoint(Faults faults) {
        this.faults = faults;
    }

    /** Answers one request to {@link #PATH}. */
    Answer answer(String method, InputStream body) throws IOException {
        return switch (method) {
            case "GET" -> list(200);
            case "POST" -> add(body);
            case "DELETE" -> {
                faults.clear();
                yield list(200);
            }
            default -> Answer.text(405, "Method Not Allowed").with("Allow", "GET, POST, DELETE");
        };
    }

    private Answer add(InputStream body) throws IOException {
        try {
            faults.add(read(body.readNBytes(MOST_BYTES)));
            return list(201);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Answer.text(400, e.getMessage());
        }
    }

    private static FaultRule read(byte[] body) throws IOException {
        JsonNode node = MAPPER.readTree(body);
        if (node.isTextual()) {
            return FaultRule.parse(node.asText());
        }
        if (!node.isObject()) {
            throw new IllegalArgumentException("a fault is an object with vendor and kind, or its compact text");
        }
        FaultRule rule = FaultRule.of(
                node.path("vendor").asText("*"), FaultKind.of(node.path("kind").asText("")));
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!NAMING_KEYS.contains(field.getKey())) {
                rule = rule.with(field.getKey(), field.getValue().asText());
            }
        }
        return rule;
    }

    private Answer list(int status) {
        return Answer.json(status, Json.plain(json -> {
            json.writeStartArray();
            for (FaultRule rule : faults.list()) {
                json.writeStartObject();
                json.writeStringField("vendor", rule.vendor());
                json.writeStringField("kind", rule.kind().text());
                json.writeStringField("path", rule.path());
                json.writeNumberField("share", rule.share());
                json.writeNumberField("times", rule.times());
                json.writeNumberField("after", rule.after());
                json.writeNumberField("status", rule.status());
                json.writeNumberField("retry_after", rule.retryAfter());
                json.writeNumberField("delay_ms", rule.delayMillis());
                json.writeBooleanField("chunked", rule.chunked());
                json.writeStringField("form", rule.form());
                json.writeEndObject();
            }
            json.writeEndArray();
        }));
    }
}
