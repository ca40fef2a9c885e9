package dev.caravan.source.table;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * A part of a row: what a JSON pointer (RFC 6901) leads to, the whole row where it is empty, or the name of the member that
 * the row is, written {@code @name}.
 *
 * @param pointer leads from the row to the part
 * @param isName whether the part is the name; the pointer then says nothing
 */
record RowPart(JsonPointer pointer, boolean isName) {
    private static final String NAME = "@name";

    /**
     * @param text {@code @name}, a pointer, or nothing
     * @return the part
     * @throws IllegalArgumentException for any other text; says why
     */
    static RowPart of(String text) {
        return text.equals(NAME) ? new RowPart(JsonPointer.empty(), true) : new RowPart(pointer(text), false);
    }

    /**
     * @param text a pointer, or nothing
     * @return the pointer
     * @throws IllegalArgumentException for any other text; says why
     */
    static JsonPointer pointer(String text) {
        if (!text.isEmpty() && !text.startsWith("/")) {
            throw new IllegalArgumentException("'" + text + "' is no JSON pointer: it must begin with a slash");
        }
        if (text.matches(".*~(?![01]).*")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no JSON pointer: a tilde is written ~0 and a slash in a name ~1");
        }
        return JsonPointer.compile(text);
    }

    /**
     * @param row a row
     * @return the part; a missing node where the row has none
     */
    JsonNode of(TableRow row) {
        return isName ? TextNode.valueOf(row.name()) : row.node().at(pointer);
    }
}
