package dev.caravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.database.MigratedDatabase;
import dev.caravan.database.Statements;
import dev.caravan.settings.Layers;
import dev.caravan.testing.TestHome;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** What the store step leaves in a real database. Every test has a source of its own. */
final class ObservationWriterTest {
    private static final Instant HOUR = Instant.parse("2026-03-08T06:00:00Z");

    private static MigratedDatabase database;
    private static Statements statements;
    private static ObservationWriter writer;

    @BeforeAll
    static void migrate() {
        database = MigratedDatabase.create();
        statements = new Statements(Layers.of(TestHome.project()));
        writer = new ObservationWriter(database.dataSource(), statements);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void newChangedAndUnchangedRowsAreCounted() {
        assertThat(store("counts", closed(1, 2, 3))).isEqualTo(new StoreResult(3, 0, 0, 3));
        assertThat(store("counts", closed(1, 5, 3, 4))).isEqualTo(new StoreResult(1, 1, 2, 2));
        assertThat(values("counts")).containsExactly(1.0, 5.0, 3.0, 4.0);
    }

    @Test
    void aZeroIsStoredAsZero() {
        assertThat(store("zero", closed(0, -0.0)).newRows()).isEqualTo(2);
        assertThat(values("zero")).containsExactly(0.0, 0.0);
        assertThat(database.sql()
                        .queryForObject(
                                "SELECT last_value FROM series JOIN series_state USING (series_id) WHERE source = 'zero'",
                                Double.class))
                .isEqualTo(0.0);
    }

    @Test
    void aNegativeZeroAfterAZeroIsNoChange() {
        store("minus", closed(0));
        assertThat(store("minus", closed(-0.0))).isEqualTo(new StoreResult(0, 0, 1, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, -1e-300, 1e300, 123456789.12345679, Double.MIN_VALUE, Double.MAX_VALUE})
    void aValueComesBackWithEveryBit(double value) {
        String source = "bits" + value;
        store(source, closed(value));
        assertThat(values(source)).containsExactly(value);
        assertThat(store(source, closed(value)).written()).isZero();
    }

    @Test
    void anEmptyBatchIsNothing() {
        assertThat(writer.store(ObservationBatch.EMPTY, ConflictPolicy.REVISE, null))
                .isEqualTo(StoreResult.NONE);
    }

    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void aRepeatWritesNoRowAndNoBatch(ConflictPolicy policy) {
        String source = "repeat-" + policy;
        store(source, policy, closed(1, 2, 3));
        List<Map<String, Object>> before = physicalRows(source);
        assertThat(store(source, policy, closed(1, 2, 3))).isEqualTo(new StoreResult(0, 0, 3, 0));
        assertThat(physicalRows(source)).isEqualTo(before);
        assertThat(batches(source)).hasSize(1);
        assertThat(revisions(source)).isEmpty();
    }

    @Test
    void aRepeatOfOpenValuesWritesNothing() {
        store("repeat-open", open(1, 2));
        List<Map<String, Object>> before = physicalRows("repeat-open");
        assertThat(store("repeat-open", open(1, 2))).isEqualTo(new StoreResult(0, 0, 2, 0));
        assertThat(physicalRows("repeat-open")).isEqualTo(before);
        assertThat(batches("repeat-open")).hasSize(1);
    }

    @Test
    void aRepeatWritesLessThanAByteOfLogARow() {
        ObservationBatch batch = twentyThousand("log");
        assertThat(writer.store(batch, ConflictPolicy.REVISE, null).newRows()).isEqualTo(20_000);
        assertThat(logOfRepeat(batch, false)).isLessThan(20_000);
        assertThat(logOfRepeat(batch, true)).isLessThan(20_000);
        assertThat(batches("log")).hasSize(2);
    }

    /**
     * The first read of a page after its load and a checkpoint notes on it that the load was committed; with checksums on
     * (the default since PostgreSQL 18) that is one full page of log a page. The writer reads what it has written while the
     * pages are dirty anyway, so that even the first repeat finds the note there.
     */
    @Test
    void evenTheFirstRepeatAfterACheckpointWritesLessThanAByteOfLogARow() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            ObservationBatch batch = twentyThousand("log-checkpoint-" + i);
            assertThat(writer.store(batch, ConflictPolicy.REVISE, null).newRows())
                    .isEqualTo(20_000);
            database.sql().execute("CHECKPOINT");
            long from = logPosition();
            assertThat(writer.store(batch, ConflictPolicy.REVISE, null).written())
                    .isZero();
            least = Math.min(least, logPosition() - from);
        }
        assertThat(least).isLessThan(20_000);
    }

    /** The least of three: the server's own housekeeping may write beside one of them. */
    private static long logOfRepeat(ObservationBatch batch, boolean afterCheckpoint) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            if (afterCheckpoint) {
                database.sql().execute("CHECKPOINT");
            }
            long from = logPosition();
            assertThat(writer.store(batch, ConflictPolicy.REVISE, null))
                    .isEqualTo(new StoreResult(0, 0, batch.size(), 0));
            least = Math.min(least, logPosition() - from);
        }
        return least;
    }

    private static ObservationBatch twentyThousand(String source) {
        ObservationBatch.Builder builder = new ObservationBatch.Builder();
        for (int series = 0; series < 20; series++) {
            for (int i = 0; i < 1000; i++) {
                builder.add(key(source, "a" + series), HOUR.plus(i, ChronoUnit.HOURS), i * 0.7, false);
            }
        }
        return builder.build();
    }

    @Test
    void aRestatementKeepsTheOldValueAsOneRevision() {
        store("restated", closed(10));
        store("restated", closed(11));
        List<Integer> batches = batches("restated");
        assertThat(batches).hasSize(2);
        assertThat(revisions("restated"))
                .containsExactly(Map.of(
                        "batch_from",
                        batches.get(0),
                        "batch_to",
                        batches.get(1),
                        "ts",
                        HOUR.toString(),
                        "value",
                        10.0));
        assertThat(values("restated")).containsExactly(11.0);
        assertThat(database.sql()
                        .queryForObject(
                                "SELECT batch_id FROM observation JOIN series USING (series_id) WHERE source = 'restated'",
                                Integer.class))
                .isEqualTo(batches.get(1));
    }

    @Test
    void everyBatchCanBeAskedForWhatItBelieved() {
        store("as-of", closed(1));
        store("as-of", closed(2, 20));
        store("as-of", closed(2, 21));
        store("as-of", closed(1, 21));
        List<Integer> batches = batches("as-of");
        assertThat(batches).isSorted().hasSize(4);
        assertThat(batches.stream().map(batch -> asOf("as-of", batch)))
                .containsExactly(List.of(1.0), List.of(2.0, 20.0), List.of(2.0, 21.0), List.of(1.0, 21.0));
    }

    @Test
    void anOpenValueThatChangesLeavesNoRevision() {
        store("open", open(1));
        assertThat(store("open", open(2))).isEqualTo(new StoreResult(0, 1, 0, 1));
        assertThat(store("open", closed(3))).isEqualTo(new StoreResult(0, 1, 0, 1));
        assertThat(revisions("open")).isEmpty();
        assertThat(values("open")).containsExactly(3.0);
        assertThat(opens("open")).isZero();
    }

    @Test
    void closingWithTheSameValueWritesOnce() {
        store("closing", open(4));
        assertThat(opens("closing")).isEqualTo(1);
        assertThat(store("closing", closed(4))).isEqualTo(new StoreResult(0, 0, 1, 1));
        assertThat(opens("closing")).isZero();
        assertThat(store("closing", closed(4))).isEqualTo(new StoreResult(0, 0, 1, 0));
        assertThat(revisions("closing")).isEmpty();
        assertThat(batches("closing")).hasSize(2);
    }

    @Test
    void aRestatementAfterClosingLeavesOneRevision() {
        store("closed", open(1));
        store("closed", closed(1));
        store("closed", closed(2));
        assertThat(revisions("closed")).extracting(row -> row.get("value")).containsExactly(1.0);
    }

    @Test
    void anOpenValueNeverReplacesAFinalOne() {
        store("final", closed(7));
        assertThat(store("final", open(8))).isEqualTo(new StoreResult(0, 0, 1, 0));
        assertThat(values("final")).containsExactly(7.0);
        assertThat(opens("final")).isZero();
        assertThat(revisions("final")).isEmpty();
    }

    @Test
    void keepLeavesEndedValuesAlone() {
        store("keep", closed(1, 2));
        assertThat(store("keep", ConflictPolicy.KEEP, closed(9, 9, 3))).isEqualTo(new StoreResult(1, 0, 2, 1));
        assertThat(values("keep")).containsExactly(1.0, 2.0, 3.0);
        assertThat(revisions("keep")).isEmpty();
    }

    @Test
    void keepFinishesOpenValues() {
        store("keep-open", open(1, 2));
        assertThat(store("keep-open", ConflictPolicy.KEEP, closed(1, 5))).isEqualTo(new StoreResult(0, 1, 1, 2));
        assertThat(values("keep-open")).containsExactly(1.0, 5.0);
        assertThat(opens("keep-open")).isZero();
        assertThat(revisions("keep-open")).isEmpty();
    }

    @Test
    void keepDoesNotReplaceOneOpenValueByAnother() {
        store("keep-both", open(1));
        assertThat(store("keep-both", ConflictPolicy.KEEP, open(2)).written()).isZero();
        assertThat(values("keep-both")).containsExactly(1.0);
    }

    @Test
    void theBatchNamesItsPull() {
        store("pulled", closed(1));
        writer.store(batch("pulled", closed(2)), ConflictPolicy.REVISE, 4711);
        assertThat(database.sql()
                        .queryForList(
                                "SELECT pull_id FROM batch WHERE source = 'pulled' ORDER BY batch_id", Integer.class))
                .containsExactly(null, 4711);
    }

    @Test
    void aBatchLargerThanOneStatementIsStoredWhole() {
        int rows = 2 * ObservationWriter.LARGEST_STATEMENT + 1;
        ObservationBatch.Builder builder = new ObservationBatch.Builder();
        for (int i = 0; i < rows; i++) {
            builder.add(key("large", "a" + i % 7), HOUR.plus(i / 7, ChronoUnit.HOURS), i, false);
        }
        ObservationBatch large = builder.build();
        assertThat(writer.store(large, ConflictPolicy.REVISE, null)).isEqualTo(new StoreResult(rows, 0, 0, rows));
        assertThat(batches("large")).hasSize(3);
        assertThat(database.sql()
                        .queryForMap("SELECT count(*) AS n, sum(value) AS total FROM observation"
                                + " JOIN series USING (series_id) WHERE source = 'large'"))
                .containsEntry("n", (long) rows)
                .containsEntry("total", (double) rows * (rows - 1) / 2);
        assertThat(stateDisagreements("large")).isZero();
        assertThat(writer.store(large, ConflictPolicy.REVISE, null)).isEqualTo(new StoreResult(0, 0, rows, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1970-01-01T00:00:00Z", "2011-05-05T05:00:00Z", "2026-12-31T23:00:00Z", "2050-01-01T00:00:00Z"})
    void aRowOfAnyYearLands(String bucket) {
        String source = "year-" + bucket.substring(0, 4);
        ObservationBatch batch = new ObservationBatch.Builder()
                .add(key(source, "a"), Instant.parse(bucket), 1, false)
                .build();
        assertThat(writer.store(batch, ConflictPolicy.REVISE, null).newRows()).isEqualTo(1);
        assertThat(writer.store(batch, ConflictPolicy.REVISE, null).written()).isZero();
        assertThat(database.sql()
                        .queryForObject(
                                "SELECT extract(epoch FROM ts)::int8 FROM observation JOIN series USING (series_id)"
                                        + " WHERE source = ?",
                                Long.class,
                                source))
                .isEqualTo(Instant.parse(bucket).getEpochSecond());
    }

    @Test
    void aYearIsAPartition() {
        store("partition", closed(1));
        assertThat(database.sql()
                        .queryForObject(
                                "SELECT o.tableoid::regclass::text FROM observation o JOIN series USING (series_id)"
                                        + " WHERE source = 'partition'",
                                String.class))
                .isEqualTo("observation_2026");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
    void theTableItselfRefusesWhatIsNoFiniteNumber(String value) {
        assertThatThrownBy(() -> database.sql()
                        .update(
                                "INSERT INTO observation (series_id, batch_id, ts, value) VALUES (1, 1, now(), ?::float8)",
                                value))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining("observation_value_check");
    }

    @Test
    void seriesOfEveryVenueProductAndGranularityAreKeptApart() {
        ObservationBatch batch = new ObservationBatch.Builder()
                .add(new SeriesKey("apart", "PRICE", "BTC", "", "", Granularity.HOUR), HOUR, 1, false)
                .add(new SeriesKey("apart", "PRICE", "BTC", "okx", "", Granularity.HOUR), HOUR, 2, false)
                .add(new SeriesKey("apart", "PRICE", "BTC", "okx", "BTC-PERP", Granularity.HOUR), HOUR, 3, false)
                .add(new SeriesKey("apart", "PRICE", "BTC", "okx", "BTC-PERP", Granularity.DAY), HOUR, 4, false)
                .add(new SeriesKey("apart", "PRICE", "btc", "", "", Granularity.HOUR), HOUR, 5, false)
                .build();
        assertThat(writer.store(batch, ConflictPolicy.REVISE, null).newRows()).isEqualTo(5);
        assertThat(values("apart")).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
    }

    @Test
    void twoRegistriesGiveTheSameNewSeriesTheSameNumbers() throws Exception {
        List<SeriesKey> keys = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            keys.add(key("registry", "a" + i));
        }
        List<int[]> numbers = both(() ->
                new SeriesRegistry(new NamedParameterJdbcTemplate(database.dataSource()), statements).idsOf(keys));
        assertThat(numbers.get(0)).doesNotHaveDuplicates().hasSize(500).isEqualTo(numbers.get(1));
        assertThat(database.sql().queryForObject("SELECT count(*) FROM series WHERE source = 'registry'", Long.class))
                .isEqualTo(500);
    }

    @Test
    void twoWritersOfTheSameNewSeriesStoreEachRowOnce() throws Exception {
        ObservationBatch.Builder builder = new ObservationBatch.Builder();
        for (int i = 0; i < 4000; i++) {
            builder.add(key("race", "a" + i % 400), HOUR.plus(i / 400, ChronoUnit.HOURS), i, false);
        }
        ObservationBatch batch = builder.build();
        List<StoreResult> results = both(() ->
                new ObservationWriter(database.dataSource(), statements).store(batch, ConflictPolicy.REVISE, null));
        assertThat(results)
                .containsExactlyInAnyOrder(new StoreResult(4000, 0, 0, 4000), new StoreResult(0, 0, 4000, 0));
        assertThat(stateDisagreements("race")).isZero();
        assertThat(revisions("race")).isEmpty();
    }

    @Test
    void twoWritersThatDisagreeLeaveOneRevisionARow() throws Exception {
        store("dispute", closed(0, 0, 0));
        List<Integer> turn = new CopyOnWriteArrayList<>();
        both(() -> {
            double value;
            synchronized (turn) {
                turn.add(1);
                value = turn.size();
            }
            return new ObservationWriter(database.dataSource(), statements)
                    .store(batch("dispute", closed(value, value, value)), ConflictPolicy.REVISE, null);
        });
        List<Integer> batches = batches("dispute");
        assertThat(batches).hasSize(3);
        assertThat(revisions("dispute"))
                .hasSize(6)
                .filteredOn(row -> row.get("value").equals(0.0))
                .hasSize(3);
        assertThat(values("dispute")).isIn(List.of(1.0, 1.0, 1.0), List.of(2.0, 2.0, 2.0));
        assertThat(asOf("dispute", batches.get(0))).containsExactly(0.0, 0.0, 0.0);
        assertThat(asOf("dispute", batches.get(1)))
                .isNotEqualTo(values("dispute"))
                .isIn(List.of(1.0, 1.0, 1.0), List.of(2.0, 2.0, 2.0));
    }

    @Test
    void aSeriesThatAnotherWriterNamedIsFound() {
        store("elsewhere", closed(1));
        assertThat(new ObservationWriter(database.dataSource(), statements)
                        .store(batch("elsewhere", closed(1, 2)), ConflictPolicy.REVISE, null))
                .isEqualTo(new StoreResult(1, 0, 1, 1));
    }

    private static <T> List<T> both(Callable<T> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Callable<T> together = () -> {
                start.await(30, TimeUnit.SECONDS);
                return work.call();
            };
            Future<T> first = threads.submit(together);
            Future<T> second = threads.submit(together);
            return List.of(first.get(60, TimeUnit.SECONDS), second.get(60, TimeUnit.SECONDS));
        } finally {
            threads.shutdownNow();
        }
    }

    private record Values(boolean open, List<Double> values) {}

    private static Values closed(double... values) {
        return new Values(false, Arrays.stream(values).boxed().toList());
    }

    private static Values open(double... values) {
        return new Values(true, Arrays.stream(values).boxed().toList());
    }

    private static StoreResult store(String source, Values values) {
        return store(source, ConflictPolicy.REVISE, values);
    }

    private static StoreResult store(String source, ConflictPolicy policy, Values values) {
        return writer.store(batch(source, values), policy, null);
    }

    /** One value an hour, from {@link #HOUR} on. */
    private static ObservationBatch batch(String source, Values values) {
        ObservationBatch.Builder builder = new ObservationBatch.Builder();
        for (int i = 0; i < values.values().size(); i++) {
            builder.add(
                    key(source, "a"),
                    HOUR.plus(i, ChronoUnit.HOURS),
                    values.values().get(i),
                    values.open());
        }
        return builder.build();
    }

    private static SeriesKey key(String source, String asset) {
        return SeriesKey.of(source, "M", asset, Granularity.HOUR);
    }

    private static List<Double> values(String source) {
        return database.sql()
                .queryForList(
                        "SELECT value FROM observation JOIN series USING (series_id) WHERE source = ?"
                                + " ORDER BY series_id, ts",
                        Double.class,
                        source);
    }

    private static List<Integer> batches(String source) {
        return database.sql()
                .queryForList("SELECT batch_id FROM batch WHERE source = ? ORDER BY batch_id", Integer.class, source);
    }

    private static long opens(String source) {
        return database.sql()
                .queryForObject(
                        "SELECT count(*) FROM observation JOIN series USING (series_id) WHERE source = ? AND open",
                        Long.class,
                        source);
    }

    private static List<Map<String, Object>> revisions(String source) {
        return database.sql()
                .query(
                        "SELECT r.* FROM observation_revision r JOIN series USING (series_id) WHERE source = ?"
                                + " ORDER BY series_id, ts, batch_to",
                        (row, number) -> Map.of(
                                "batch_from", row.getInt("batch_from"),
                                "batch_to", row.getInt("batch_to"),
                                "ts", row.getTimestamp("ts").toInstant().toString(),
                                "value", row.getDouble("value")),
                        source);
    }

    private static List<Double> asOf(String source, int batch) {
        return database.sql()
                .queryForList(
                        "SELECT CASE WHEN o.batch_id <= x THEN o.value ELSE r.value END"
                                + " FROM observation o JOIN series USING (series_id) CROSS JOIN (SELECT ?::int4 AS x) AS x"
                                + " LEFT JOIN observation_revision r ON r.series_id = o.series_id AND r.ts = o.ts"
                                + " AND r.batch_from <= x AND r.batch_to > x"
                                + " WHERE source = ? AND (o.batch_id <= x OR r.value IS NOT NULL) ORDER BY o.ts",
                        Double.class,
                        batch,
                        source);
    }

    /** Where each row stands and who wrote it: equal before and after means that nothing was written. */
    private static List<Map<String, Object>> physicalRows(String source) {
        return database.sql()
                .queryForList(
                        "SELECT o.series_id, o.ts, o.tableoid, o.ctid::text, o.xmin::text, o.xmax::text, z.xmin::text AS state"
                                + " FROM observation o JOIN series USING (series_id) JOIN series_state z USING (series_id)"
                                + " WHERE source = ? ORDER BY 1, 2",
                        source);
    }

    private static long stateDisagreements(String source) {
        return database.sql()
                .queryForObject(
                        "SELECT count(*) FROM (SELECT series_id, count(*) AS n, min(ts) AS first_ts, max(ts) AS last_ts,"
                                + " (array_agg(value ORDER BY ts DESC))[1] AS last_value FROM observation GROUP BY series_id) o"
                                + " FULL JOIN series_state z USING (series_id) JOIN series s USING (series_id)"
                                + " WHERE s.source = ? AND (o.n, o.first_ts, o.last_ts, o.last_value)"
                                + " IS DISTINCT FROM (z.n, z.first_ts, z.last_ts, z.last_value)",
                        Long.class,
                        source);
    }

    private static long logPosition() {
        return database.sql().queryForObject("SELECT (pg_current_wal_insert_lsn() - '0/0')::int8", Long.class);
    }
}
