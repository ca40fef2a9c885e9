package dev.caravan.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.settings.Secrets;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** How vendors write numbers, and how they write that there is none. */
public final class JsonValues {
    private static final int LONGEST_FRAGMENT = 2_000;

    private JsonValues() {}

    /**
     * Reads a number that may be absent, null, or a numeral in quotes (seen at DefiLlama for prices). Zero is a number.
     *
     * @param value the node; a missing node counts as absent
     * @param what what it is, for the quarantine
     * @param rejections where a value that is neither a number nor nothing is noted
     * @return the number, or nothing
     */
    public static OptionalDouble number(JsonNode value, String what, List<Rejection> rejections) {
        if (value.isMissingNode() || value.isNull()) {
            return OptionalDouble.empty();
        }
        if (value.isNumber() && Double.isFinite(value.doubleValue())) {
            return OptionalDouble.of(value.doubleValue());
        }
        if (value.isTextual()) {
            String text = value.textValue().strip();
            if (text.isEmpty()) {
                return OptionalDouble.empty();
            }
            OptionalDouble number = Numerals.read(text);
            if (number.isPresent()) {
                return number;
            }
        }
        rejections.add(new Rejection(what + " is no number", fragment(value)));
        return OptionalDouble.empty();
    }

    /**
     * @param array a node that the contract says is an array
     * @param what what it is, for the failure
     * @return the node
     * @throws TransientFailure when it is anything else
     */
    public static JsonNode array(JsonNode array, String what) {
        if (!array.isArray()) {
            throw new TransientFailure(what + " should be an array and is " + fragment(array), 200, null, 1, null);
        }
        return array;
    }

    /**
     * @param object a node that the contract says is an object
     * @param what what it is, for the failure
     * @return the node
     * @throws TransientFailure when it is anything else
     */
    public static JsonNode object(JsonNode object, String what) {
        if (!object.isObject()) {
            throw new TransientFailure(what + " should be an object and is " + fragment(object), 200, null, 1, null);
        }
        return object;
    }

    /**
     * @param object a node that the contract says is an object
     * @param what what it is, for the failure
     * @param fields fields of which the contract gives at least one in every answer, be it null
     * @return the node
     * @throws TransientFailure when it is anything else, or has none of them: an error's text in an object of its own
     */
    public static JsonNode objectWith(JsonNode object, String what, String... fields) {
        if (Stream.of(fields).noneMatch(object(object, what)::has)) {
            throw new TransientFailure(
                    what + " has none of " + String.join(", ", fields) + ": " + fragment(object), 200, null, 1, null);
        }
        return object;
    }

    /**
     * @param node any node
     * @return its text, cut to what the quarantine keeps
     */
    public static String fragment(JsonNode node) {
        // Masked before it is cut: half a key is not recognised.
        String text = node.isMissingNode() ? "missing" : Secrets.mask(node.toString());
        return text.length() <= LONGEST_FRAGMENT ? text : text.substring(0, LONGEST_FRAGMENT);
    }
}
