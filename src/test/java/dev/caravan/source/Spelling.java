package dev.caravan.source;

import dev.caravan.fetch.LoopbackVendor.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * Another way to write a part of an example's answer, and what becomes of the rows that the part is about.
 *
 * @param part the part as it stands in the answer
 * @param instead what stands in its place
 * @param rows the example's rows that it is about
 * @param value what they then hold, or null where they are not stored at all
 */
public record Spelling(String part, String instead, List<StoredRow> rows, Double value) {
    private static final int SHOWN = 60;

    /**
     * @param part the part as it stands in the answer
     * @param instead a way to write zero in its place
     * @param rows the rows that it is about
     * @return after which they hold 0
     */
    public static Spelling zero(String part, String instead, StoredRow... rows) {
        return new Spelling(part, instead, List.of(rows), 0.0);
    }

    /**
     * @param part the part as it stands in the answer
     * @param instead what does not say any value, or says it in no way that can be understood
     * @param rows the rows that it is about
     * @return after which there are no such rows
     */
    public static Spelling nothing(String part, String instead, StoredRow... rows) {
        return new Spelling(part, instead, List.of(rows), null);
    }

    /**
     * @param part the part as it stands in the answer
     * @param instead another value in its place
     * @param value that value
     * @param row the row that it is about
     * @return after which it holds the other value
     */
    public static Spelling value(String part, String instead, double value, StoredRow row) {
        return new Spelling(part, instead, List.of(row), value);
    }

    /**
     * @param reply an answer
     * @return the same with the part written otherwise, where it is in there
     */
    Reply in(Reply reply) {
        return new Reply(reply.status(), reply.body().replace(part, instead), reply.headers(), reply.delivery());
    }

    /**
     * @param all what the example becomes as it stands
     * @return what it becomes with this spelling
     */
    List<StoredRow> in(List<StoredRow> all) {
        List<StoredRow> changed = new ArrayList<>(all);
        changed.removeAll(rows);
        if (value != null) {
            rows.forEach(row -> changed.add(row.holding(value)));
        }
        return changed;
    }

    @Override
    public String toString() {
        return shortened(part) + " as " + (instead.isEmpty() ? "nothing at all" : shortened(instead));
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + " ...";
    }
}
