package dev.caravan.source.table;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What to keep of an answer while it streams by, so that a large one is never whole in memory. */
final class AnswerFields {
    /** Where vendors put into words why there is no data; kept, so that the reason is not lost. */
    private static final List<String> REASONS = List.of("error", "message");

    private AnswerFields() {}

    /**
     * @param lines all that one answer is read for
     * @return the paths to keep, in the form of {@link dev.caravan.source.Projection}; none where all is needed
     */
    static List<String> of(List<TableSeries> lines) {
        Set<String> fields = new LinkedHashSet<>();
        for (TableSeries series : lines) {
            for (String field : fields(series)) {
                if (field.isEmpty()) {
                    return List.of();
                }
                fields.add(field);
            }
        }
        fields.addAll(REASONS);
        // Beside a longer path a shorter one would no longer keep all that is below it.
        return fields.stream()
                .filter(field -> fields.stream().noneMatch(other -> field.startsWith(other + ".")))
                .toList();
    }

    private static List<String> fields(TableSeries series) {
        AnswerRows rows = series.rows();
        if (!rows.pointer().matches() || rows.named()) {
            // Whether the rows are elements or members only the answer tells: what is below them is kept whole.
            return List.of(path(rows.pointer()));
        }
        List<String> fields = new ArrayList<>(List.of(path(series.value())));
        if (series.time() != null) {
            fields.add(path(series.time().pointer()));
        }
        if (series.where().part() != null) {
            fields.add(path(series.where().part().pointer()));
        }
        return fields;
    }

    /** The names of a pointer down to one that may be an index of an array, or cannot be written as a path. */
    private static String path(JsonPointer pointer) {
        List<String> names = new ArrayList<>();
        for (JsonPointer part = pointer; !part.matches(); part = part.tail()) {
            String name = part.getMatchingProperty();
            if (part.mayMatchElement() || name.isEmpty() || name.contains(".")) {
                break;
            }
            names.add(name);
        }
        return String.join(".", names);
    }
}
