package dev.caravan.catalog;

import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Layers;
import dev.caravan.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The ids of sources that belong to no entity, whether they have data or are only configured: nothing joins them to others. */
public final class UnmappedIds {
    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Layers layers;
    private volatile ConfiguredIds configured; // as last read

    /**
     * @param database where series and mappings are
     * @param statements the SQL of {@code sql/queries}
     * @param settings the folder of {@code config/sources}
     */
    public UnmappedIds(NamedParameterJdbcTemplate database, Statements statements, Settings settings) {
        this.database = database;
        this.statements = statements;
        this.layers = settings.layers();
    }

    /**
     * One id without an entity.
     *
     * @param source the source
     * @param id its own id of an asset
     * @param series how many series it has; 0 when it is only configured
     * @param nearest the entity that is written most like it by id, symbol and name, or null when there is none or several
     */
    public record Unmapped(String source, String id, long series, String nearest) {}

    /**
     * @param source the source asked about, or null for all
     * @return its ids without an entity, those with the most series first
     * @throws ConfigurationException when a file of {@code config/sources} cannot be read
     */
    public List<Unmapped> list(String source) {
        return database.query(
                statements.text("queries/unmapped-ids"),
                parameters().addValue("source", source),
                (row, number) -> new Unmapped(
                        row.getString("source"), row.getString("id"), row.getLong("series"), row.getString("nearest")));
    }

    /**
     * @return how many ids without an entity each source has; a source that has none is not in it
     * @throws ConfigurationException when a file of {@code config/sources} cannot be read
     */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        database.query(statements.text("queries/unmapped-counts"), parameters(), row -> {
            counts.put(row.getString("source"), row.getLong("unmapped"));
        });
        return counts;
    }

    private MapSqlParameterSource parameters() {
        ConfiguredIds known = ConfiguredIds.read(layers, configured);
        configured = known;
        return new MapSqlParameterSource("sources", column(known, ConfiguredIds.Id::source))
                .addValue("ids", column(known, ConfiguredIds.Id::id));
    }

    private static SqlArray column(ConfiguredIds known, Function<ConfiguredIds.Id, String> value) {
        return new SqlArray("text", known.ids().stream().map(value).toArray(String[]::new));
    }
}
