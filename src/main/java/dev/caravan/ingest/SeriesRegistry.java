package dev.caravan.ingest;

import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The numbers of the series, kept in memory; the table is the truth, and other processes add to it as well. */
public final class SeriesRegistry {
    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Map<SeriesKey, Integer> ids = new ConcurrentHashMap<>();

    /**
     * @param database where the series are named
     * @param statements the SQL of {@code sql/ingest}
     */
    public SeriesRegistry(NamedParameterJdbcTemplate database, Statements statements) {
        this.database = database;
        this.statements = statements;
    }

    /**
     * Finds the numbers of series, naming those that are new. Runs in transactions of its own: a name without
     * observations harms nobody, a number that was rolled back would.
     *
     * @param keys series of one source
     * @return their numbers, in the order of the keys
     */
    public int[] idsOf(List<SeriesKey> keys) {
        if (!ids.keySet().containsAll(keys)) {
            String source = keys.get(0).source();
            load(source);
            List<SeriesKey> unnamed =
                    keys.stream().filter(key -> !ids.containsKey(key)).toList();
            if (!unnamed.isEmpty()) {
                name(source, unnamed);
                load(source);
            }
        }
        return keys.stream().mapToInt(ids::get).toArray();
    }

    /**
     * Series that have been named, as far as this process knows.
     *
     * @param wanted which
     * @return their numbers
     */
    public Map<SeriesKey, Integer> named(Predicate<SeriesKey> wanted) {
        Map<SeriesKey, Integer> named = new HashMap<>();
        ids.forEach((key, id) -> {
            if (wanted.test(key)) {
                named.put(key, id);
            }
        });
        return named;
    }

    /**
     * Reads the numbers of a source's series, so that {@link #named} knows them all.
     *
     * @param source the source
     */
    public void load(String source) {
        database.query(statements.text("ingest/known-series"), Map.of("source", source), row -> {
            SeriesKey key = new SeriesKey(
                    row.getString("source"),
                    row.getString("metric"),
                    row.getString("asset"),
                    row.getString("exchange"),
                    row.getString("product"),
                    Granularity.ofLabel(row.getString("granularity")));
            ids.put(key, row.getInt("series_id"));
        });
    }

    private void name(String source, List<SeriesKey> keys) {
        database.update(
                statements.text("ingest/add-series"),
                new MapSqlParameterSource("source", source)
                        .addValue("metrics", column(keys, SeriesKey::metric))
                        .addValue("assets", column(keys, SeriesKey::asset))
                        .addValue("exchanges", column(keys, SeriesKey::exchange))
                        .addValue("products", column(keys, SeriesKey::product))
                        .addValue("granularities", column(keys, key -> key.granularity()
                                .label())));
    }

    private static SqlArray column(List<SeriesKey> keys, Function<SeriesKey, String> part) {
        return new SqlArray("text", keys.stream().map(part).toArray(String[]::new));
    }
}
