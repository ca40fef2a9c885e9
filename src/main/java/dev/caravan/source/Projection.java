package dev.caravan.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields to keep of a large JSON answer while it streams by: paths such as {@code protocols.slug}, in which arrays
 * are passed through. A path keeps all that stands below its last name. No path at all keeps everything. Arrays and
 * objects stay where they stood even when nothing in them is kept: Jackson's own filter drops empty ones.
 */
final class Projection {
    private final Map<String, Projection> below = new HashMap<>();

    private Projection() {}

    /**
     * @param paths the fields to keep
     * @return the projection
     */
    static Projection of(List<String> paths) {
        Projection root = new Projection();
        for (String path : paths) {
            Projection node = root;
            for (String name : path.split("\\.")) {
                node = node.below.computeIfAbsent(name, added -> new Projection());
            }
        }
        return root;
    }

    /**
     * @param parser stands on the first token of a value, and afterwards on its last
     * @param reader reads what is kept whole
     * @return what is kept of the value
     * @throws IOException when it is not JSON to its end
     */
    JsonNode read(JsonParser parser, ObjectReader reader) throws IOException {
        if (!below.isEmpty() && parser.currentToken() == JsonToken.START_OBJECT) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                Projection child = below.get(name);
                parser.nextToken();
                if (child == null) {
                    parser.skipChildren();
                } else {
                    object.set(name, child.read(parser, reader));
                }
            }
            return object;
        }
        if (!below.isEmpty() && parser.currentToken() == JsonToken.START_ARRAY) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(read(parser, reader));
            }
            return array;
        }
        return reader.readTree(parser); // a scalar where an object was expected too, so that the normaliser sees it
    }
}
