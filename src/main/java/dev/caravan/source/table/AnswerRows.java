package dev.caravan.source.table;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.source.JsonValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the rows of a series stand in an answer: in an array, or as the members of an object. Without a pointer the whole
 * answer is the array, or the one row.
 *
 * @param pointer leads from the answer to the rows
 * @param named whether they must be members, because their names are needed
 */
record AnswerRows(JsonPointer pointer, boolean named) {
    /**
     * @param answer the whole answer
     * @return the rows in their order, perhaps none; nothing where the answer has no place of this kind
     */
    Optional<List<TableRow>> in(JsonNode answer) {
        JsonNode place = answer.at(pointer);
        if (place.isArray() && !named) {
            List<TableRow> rows = new ArrayList<>(place.size());
            place.forEach(row -> rows.add(new TableRow("", row)));
            return Optional.of(rows);
        }
        if (pointer.matches() && !named && (place.isObject() || isNumber(place))) {
            return Optional.of(List.of(new TableRow("", place)));
        }
        if (place.isObject()) {
            List<TableRow> rows = new ArrayList<>(place.size());
            for (Map.Entry<String, JsonNode> member : place.properties()) {
                rows.add(new TableRow(member.getKey(), member.getValue()));
            }
            return Optional.of(rows);
        }
        return Optional.empty();
    }

    /** A vendor may answer with nothing but a number; a bare text is an error message. */
    private static boolean isNumber(JsonNode place) {
        return JsonValues.number(place, "", new ArrayList<>()).isPresent();
    }

    /** @return what was looked for, for a person */
    String description() {
        String kind = named ? "object" : pointer.matches() ? "array, object or number" : "array or object";
        return pointer.matches() ? "the answer should be an " + kind : "there should be an " + kind + " at " + pointer;
    }
}
