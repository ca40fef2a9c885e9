package dev.caravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.MigratedDatabase;
import dev.caravan.database.Statements;
import dev.caravan.settings.Layers;
import dev.caravan.testing.TestHome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** After any batches, tables and answers say what a model in memory says. */
final class StoredStateTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final long START = Instant.parse("2025-12-31T20:00:00Z").getEpochSecond();

    private static MigratedDatabase database;
    private static ObservationWriter writer;

    @BeforeContainer
    static void migrate() {
        database = MigratedDatabase.create();
        writer = new ObservationWriter(database.dataSource(), new Statements(Layers.of(TestHome.project())));
    }

    @AfterContainer
    static void close() {
        database.close();
    }

    /** One value of a batch. */
    record Row(int asset, int hour, double value, boolean open) {}

    /** One batch. */
    record Stored(ConflictPolicy policy, List<Row> rows) {}

    @Provide
    Arbitrary<List<Stored>> batches() {
        Arbitrary<Row> row = Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.of(-1.5, 0.0, 1.0, 2.0),
                        Arbitraries.of(true, false))
                .as(Row::new);
        return Combinators.combine(
                        Arbitraries.of(ConflictPolicy.class),
                        row.list().ofMinSize(1).ofMaxSize(20))
                .as(Stored::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(8);
    }

    @Property(tries = 25)
    void countsRowsRevisionsAndStateAgreeWithAModel(@ForAll("batches") List<Stored> batches) {
        String source = "random" + NUMBER.incrementAndGet();
        TreeMap<String, Row> model = new TreeMap<>();
        TreeMap<String, List<Double>> replaced = new TreeMap<>();
        for (Stored stored : batches) {
            StoreResult expected = apply(stored, model, replaced);
            ObservationBatch.Builder builder = new ObservationBatch.Builder();
            for (Row row : stored.rows()) {
                builder.add(
                        SeriesKey.of(source, "M", "a" + row.asset(), Granularity.HOUR),
                        Instant.ofEpochSecond(START + row.hour() * 3600L),
                        row.value(),
                        row.open());
            }
            assertThat(writer.store(builder.build(), stored.policy(), null)).isEqualTo(expected);
        }
        assertThat(rows(source)).isEqualTo(rows(model));
        assertThat(revisions(source)).isEqualTo(replaced);
        assertThat(states(source)).isEqualTo(states(model));
    }

    private static StoreResult apply(Stored stored, Map<String, Row> model, Map<String, List<Double>> replaced) {
        Map<String, Row> batch = new LinkedHashMap<>();
        stored.rows().forEach(row -> batch.put(row.asset() + "/" + row.hour(), row));
        int added = 0;
        int changed = 0;
        int written = 0;
        for (Map.Entry<String, Row> entry : batch.entrySet()) {
            Row row = entry.getValue();
            Row old = model.get(entry.getKey());
            if (old == null) {
                added++;
            } else {
                boolean finishes = old.open() && !row.open();
                boolean revises = stored.policy() == ConflictPolicy.REVISE
                        && old.value() != row.value()
                        && (old.open() || !row.open());
                if (!finishes && !revises) {
                    continue;
                }
                if (old.value() != row.value()) {
                    changed++;
                    if (!old.open()) {
                        replaced.computeIfAbsent(entry.getKey(), key -> new ArrayList<>())
                                .add(old.value());
                    }
                }
            }
            written++;
            model.put(entry.getKey(), row);
        }
        return new StoreResult(added, changed, batch.size() - added - changed, written);
    }

    private static List<String> rows(Map<String, Row> model) {
        return model.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue().value() + " "
                        + entry.getValue().open())
                .toList();
    }

    private static List<String> rows(String source) {
        return database.sql()
                .query(
                        "SELECT asset, ts, value, open FROM observation JOIN series USING (series_id) WHERE source = ?"
                                + " ORDER BY asset, ts",
                        (row, number) -> {
                            Boolean open = row.getObject("open", Boolean.class);
                            assertThat(open).isNotEqualTo(false); // not open is NULL, which costs no bytes
                            return name(
                                            row.getString("asset"),
                                            row.getTimestamp("ts").toInstant()) + " " + row.getDouble("value") + " "
                                    + (open != null);
                        },
                        source);
    }

    private static Map<String, List<Double>> revisions(String source) {
        Map<String, List<Double>> found = new TreeMap<>();
        database.sql()
                .query(
                        "SELECT asset, ts, value FROM observation_revision JOIN series USING (series_id)"
                                + " WHERE source = ? ORDER BY batch_to",
                        row -> {
                            found.computeIfAbsent(
                                            name(
                                                    row.getString("asset"),
                                                    row.getTimestamp("ts").toInstant()),
                                            key -> new ArrayList<>())
                                    .add(row.getDouble("value"));
                        },
                        source);
        return found;
    }

    private static List<String> states(Map<String, Row> model) {
        TreeMap<Integer, TreeMap<Integer, Double>> assets = new TreeMap<>();
        model.values().forEach(row -> assets.computeIfAbsent(row.asset(), asset -> new TreeMap<>())
                .put(row.hour(), row.value()));
        return assets.entrySet().stream()
                .map(asset -> asset.getKey() + ": " + asset.getValue().size() + " from "
                        + asset.getValue().firstKey() + " to "
                        + asset.getValue().lastKey() + " = "
                        + asset.getValue().lastEntry().getValue())
                .toList();
    }

    private static List<String> states(String source) {
        return database.sql()
                .query(
                        "SELECT substr(asset, 2) AS asset, z.* FROM series_state z JOIN series USING (series_id)"
                                + " WHERE source = ? ORDER BY 1",
                        (row, number) -> row.getString("asset") + ": " + row.getLong("n") + " from "
                                + hour(row.getTimestamp("first_ts").toInstant()) + " to "
                                + hour(row.getTimestamp("last_ts").toInstant()) + " = "
                                + row.getDouble("last_value"),
                        source);
    }

    private static String name(String asset, Instant bucket) {
        return asset.substring(1) + "/" + hour(bucket);
    }

    private static long hour(Instant bucket) {
        return (bucket.getEpochSecond() - START) / 3600;
    }
}
