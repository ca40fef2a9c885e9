package dev.caravan.catalog;

import dev.caravan.database.MigratedDatabase;
import dev.caravan.database.Statements;
import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.Layers;
import dev.caravan.testing.TestHome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A real database with the values, metrics and entities of one test, asked in a session of New York's time zone. */
final class StoredSeries implements AutoCloseable {
    private final MigratedDatabase database = MigratedDatabase.create();
    private final ObservationWriter writer =
            new ObservationWriter(database.dataSource(), new Statements(Layers.of(TestHome.project())));
    private final SingleConnectionDataSource session;
    private final JdbcTemplate sql;

    StoredSeries() {
        try {
            Connection connection = database.dataSource().getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TIME ZONE 'America/New_York'");
            }
            session = new SingleConnectionDataSource(connection, false);
            sql = new JdbcTemplate(session);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A row of the catalogue: {@code source metric canonical unit kind daily stamp venue preferred}, a dash for nothing. */
    StoredSeries metric(String row) {
        String[] cells = row.split(" ");
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cells[i].equals("-") ? "" : cells[i];
        }
        database.sql()
                .update(
                        "INSERT INTO metric (source, metric, canonical, unit, per_coin, kind, granularity, daily, stamp,"
                                + " settling_hours, venue, preferred, description)"
                                + " VALUES (?, ?, ?, ?, ?, ?, 'hour', ?, ?, 0, ?, ?, 'Of a test')",
                        cells[0],
                        cells[1],
                        cells[2],
                        cells[3],
                        cells[2].equals("PRICE"),
                        cells[4],
                        cells[5],
                        cells[6],
                        cells[7],
                        cells[8].equals("1"));
        return this;
    }

    /** An entity of that canonical id. */
    StoredSeries entity(String id) {
        database.sql()
                .update(
                        "INSERT INTO entities (canonical_id, name, entity_type, sector) VALUES (?, ?, 'token', 'meme')",
                        id,
                        id);
        return this;
    }

    /** A mapping of a source's id, of which one is so many of the entity's. */
    StoredSeries mapping(String source, String id, String entity, double multiple) {
        database.sql()
                .update(
                        "INSERT INTO entity_source_ids (source, source_id, canonical_id, multiple) VALUES (?, ?, ?, ?)",
                        source,
                        id,
                        entity,
                        multiple);
        return this;
    }

    /** Stores one value of an hour. */
    StoredSeries hour(String source, String metric, String asset, String exchange, String time, double value) {
        return store(new SeriesKey(source, metric, asset, exchange, "", Granularity.HOUR), time, value, false);
    }

    /** Stores one value of a day. */
    StoredSeries day(String source, String metric, String asset, String time, double value) {
        return store(SeriesKey.of(source, metric, asset, Granularity.DAY), time, value, false);
    }

    /** Stores one value by the product's own writer. */
    StoredSeries store(SeriesKey key, String time, double value, boolean open) {
        return store(new ObservationBatch.Builder()
                .add(key, Instant.parse(time), value, open)
                .build());
    }

    /** Stores a batch by the product's own writer. */
    StoredSeries store(ObservationBatch batch) {
        writer.store(batch, ConflictPolicy.REVISE, null);
        return this;
    }

    /** The database, for statements of the test. */
    JdbcTemplate sql() {
        return sql;
    }

    /** The one column of a query. */
    List<String> strings(String query) {
        return sql.queryForList(query, String.class);
    }

    @Override
    public void close() {
        session.destroy();
        database.close();
    }
}
