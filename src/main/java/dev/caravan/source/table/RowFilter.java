package dev.caravan.source.table;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Which rows are of a series, where an answer speaks of several assets.
 *
 * @param part the part of a row that tells; null where every row is of the series
 * @param text what it must be
 */
record RowFilter(RowPart part, String text) {
    /**
     * @param condition {@code pointer=text} or {@code @name=text}; nothing lets every row pass
     * @return the filter
     * @throws IllegalArgumentException when it has another form; says why
     */
    static RowFilter of(String condition) {
        if (condition.isEmpty()) {
            return new RowFilter(null, "");
        }
        int equals = condition.indexOf('=');
        if (equals < 1 || equals == condition.length() - 1) {
            throw new IllegalArgumentException(
                    "'" + condition + "' is no condition such as /id=bitcoin or @name=bitcoin");
        }
        return new RowFilter(RowPart.of(condition.substring(0, equals)), condition.substring(equals + 1));
    }

    /** @return whether rows are told apart by the names of the members that they are */
    boolean isByName() {
        return part != null && part.isName();
    }

    /**
     * @param row a row
     * @return whether it is of the series; numbers and booleans are compared by how they are written
     */
    boolean matches(TableRow row) {
        if (part == null) {
            return true;
        }
        JsonNode found = part.of(row);
        return found.isValueNode() && !found.isNull() && found.asText().equals(text);
    }
}
