package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Layers;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The schema: made once, refused when it is not ours, and its public views. */
final class MigrationsTest {
    @TempDir
    Path folder;

    @Test
    void applyingTwiceChangesNothing() {
        try (MigratedDatabase database = MigratedDatabase.create()) {
            List<Map<String, Object>> history = history(database);
            List<String> objects = objects(database);
            Migrations.apply(database.dataSource(), Layers.of(TestHome.project()));
            assertThat(history(database)).isEqualTo(history).hasSizeGreaterThanOrEqualTo(4);
            assertThat(objects(database)).isEqualTo(objects).contains("observation", "pulls", "metrics");
        }
    }

    @Test
    void twoUsersMayMigrateAtOnce() throws Exception {
        String url = TestServer.newDatabase();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier start = new CyclicBarrier(2);
        try (MigratedDatabase first = MigratedDatabase.at(url);
                MigratedDatabase second = MigratedDatabase.at(url)) {
            List<Future<?>> both = List.of(
                    threads.submit(() -> migrateTogether(first, start)),
                    threads.submit(() -> migrateTogether(second, start)));
            for (Future<?> one : both) {
                assertThatCode(() -> one.get(60, TimeUnit.SECONDS)).doesNotThrowAnyException();
            }
            assertThat(history(first)).extracting(row -> row.get("script")).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void migrateTogether(MigratedDatabase database, CyclicBarrier start) throws Exception {
        start.await(30, TimeUnit.SECONDS);
        Migrations.apply(database.dataSource(), Layers.of(TestHome.project()));
        return null;
    }

    @Test
    void aDatabaseWithTablesOfOthersIsTakenAsItIs() {
        try (MigratedDatabase database = MigratedDatabase.empty()) {
            database.sql().execute("CREATE TABLE somebody_elses AS SELECT 1 AS n");
            Migrations.apply(database.dataSource(), Layers.of(TestHome.project()));
            assertThat(objects(database)).contains("somebody_elses", "observation", "metrics");
        }
    }

    @Test
    void aSchemaOfANewerVersionIsRefused() {
        TestHome newer =
                TestHome.copyTo(folder).write("sql/migrations/V999__future.sql", "CREATE TABLE future (n int4);");
        try (MigratedDatabase database = MigratedDatabase.empty()) {
            Migrations.apply(database.dataSource(), Layers.of(newer.path()));
            List<String> objects = objects(database);
            assertRefused(() -> Migrations.apply(database.dataSource(), Layers.of(TestHome.project())), "newer", "999");
            assertThat(objects(database)).isEqualTo(objects).contains("future");
        }
    }

    @Test
    void aChangedMigrationIsRefused() throws Exception {
        TestHome changed = TestHome.copyTo(folder);
        Path first = folder.resolve("sql/migrations/V1__observations.sql");
        Files.writeString(first, Files.readString(first) + "\nCREATE TABLE slipped_in (n int4);\n");
        try (MigratedDatabase database = MigratedDatabase.create()) {
            assertRefused(
                    () -> Migrations.apply(database.dataSource(), Layers.of(changed.path())),
                    "by hand",
                    "checksum",
                    "1");
            assertThat(objects(database)).doesNotContain("slipped_in");
        }
    }

    @Test
    void aMigrationThatFailsIsNamedAndLeavesNothing() {
        TestHome broken = TestHome.copyTo(folder)
                .write(
                        "sql/migrations/V998__broken.sql",
                        "CREATE TABLE half_way (n int4);",
                        "SELECT no_such_column FROM series;");
        try (MigratedDatabase database = MigratedDatabase.create()) {
            assertRefused(() -> Migrations.apply(database.dataSource(), Layers.of(broken.path())), "no_such_column");
            assertThat(objects(database)).doesNotContain("half_way");
            assertThatCode(() -> Migrations.apply(database.dataSource(), Layers.of(TestHome.project())))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aHomeWithoutMigrationsIsRefused() {
        try (MigratedDatabase database = MigratedDatabase.empty()) {
            assertRefused(() -> Migrations.apply(database.dataSource(), Layers.of(folder.resolve("none"))), "none");
        }
    }

    @Test
    void editedViewsAreMadeAnew() throws Exception {
        TestHome.copyTo(folder);
        Path views = folder.resolve("sql/migrations/R__views.sql");
        Files.writeString(views, Files.readString(views) + "\nCREATE OR REPLACE VIEW mine AS SELECT 1 AS n;\n");
        try (MigratedDatabase database = MigratedDatabase.create()) {
            Migrations.apply(database.dataSource(), Layers.of(folder));
            assertThat(objects(database)).contains("mine", "metrics");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics | pulled_at source asset metric_name value domain exchange entity_id granularity metric_date",
                "v_normalized_metrics | pulled_at source asset metric_name value domain exchange entity_id metric_date",
                "v_latest_metrics | source asset metric_name exchange value pulled_at",
                "v_metrics_daily | metric_date source asset metric_name exchange value",
                "v_entity_metrics | canonical_id name symbol source asset metric_name pulled_at value",
                "v_entity_comparison | canonical_id metric_name metric_date by_source venues closed",
                "v_entity_venues | canonical_id source metric_name source_metric exchange product",
                "v_derivatives_summary | asset exchange source price open_interest funding_rate",
                "pulls | pull_id source_name pulled_at status records_count notes",
                "entities | entity_id canonical_id name symbol entity_type sector",
                "entity_source_ids | source source_id canonical_id valid_from valid_to"
            })
    void thePublicNamesAreThere(String name, String columns) {
        try (MigratedDatabase database = MigratedDatabase.create()) {
            assertThat(database.sql()
                            .queryForList(
                                    "SELECT column_name FROM information_schema.columns WHERE table_name = ?",
                                    String.class,
                                    name))
                    .contains(columns.split(" "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"})
    void daysAreUtcDaysInEveryTimeZone(String zone) throws SQLException {
        try (MigratedDatabase database = MigratedDatabase.empty()) {
            // The zone stands for the migrations as well: bounds of partitions must not move either.
            JdbcTemplate sql = new JdbcTemplate(new ZonedDataSource(database, zone));
            Migrations.apply(sql.getDataSource(), Layers.of(TestHome.project()));
            SeriesKey hourly = SeriesKey.of("zones", "TVL", "lido", Granularity.HOUR);
            ObservationBatch batch = new ObservationBatch.Builder()
                    .add(hourly, Instant.parse("2026-03-08T00:00:00Z"), 1, false)
                    .add(hourly, Instant.parse("2026-03-08T06:00:00Z"), 2, false)
                    .add(hourly, Instant.parse("2026-03-08T23:00:00Z"), 3, false)
                    .add(hourly, Instant.parse("2026-03-09T00:00:00Z"), 4, false)
                    .add(hourly, Instant.parse("2025-12-31T23:00:00Z"), 5, false)
                    .add(hourly, Instant.parse("2026-01-01T00:00:00Z"), 6, false)
                    .build();
            new ObservationWriter(sql.getDataSource(), new Statements(Layers.of(TestHome.project())))
                    .store(batch, ConflictPolicy.REVISE, null);
            sql.update("INSERT INTO metric VALUES"
                    + " ('zones', 'TVL', 'TVL', 'USD', 'flow', 'hour', 'interval', 0, true, 'Value locked', 'sum')");
            sql.update(
                    "INSERT INTO entities (canonical_id, name, entity_type, sector) VALUES ('lido', 'Lido', 'p', 's')");
            sql.update(
                    "INSERT INTO entity_source_ids (source, source_id, canonical_id) VALUES ('zones', 'lido', 'lido')");

            assertThat(strings(sql, "SELECT metric_date || ' ' || value FROM metrics ORDER BY pulled_at"))
                    .containsExactly(
                            "2025-12-31 5",
                            "2026-01-01 6",
                            "2026-03-08 1",
                            "2026-03-08 2",
                            "2026-03-08 3",
                            "2026-03-09 4");
            assertThat(strings(sql, "SELECT metric_date || ' ' || value FROM v_normalized_metrics ORDER BY pulled_at"))
                    .containsExactly(
                            "2025-12-31 5",
                            "2026-01-01 6",
                            "2026-03-08 1",
                            "2026-03-08 2",
                            "2026-03-08 3",
                            "2026-03-09 4");
            assertThat(strings(
                            sql, "SELECT metric_date || ' ' || value || ' ' || points FROM v_metrics_daily ORDER BY 1"))
                    .containsExactly("2025-12-31 5 1", "2026-01-01 6 1", "2026-03-08 6 3", "2026-03-09 4 1");
            assertThat(strings(sql, "SELECT metric_date || ' ' || lowest FROM v_entity_comparison ORDER BY 1"))
                    .containsExactly("2025-12-31 5", "2026-01-01 6", "2026-03-08 6", "2026-03-09 4");
            assertThat(strings(
                            sql,
                            "SELECT tableoid::regclass || ' ' || extract(epoch FROM ts)::int8 FROM observation"
                                    + " WHERE value IN (5, 6) ORDER BY ts"))
                    .containsExactly("observation_2025 1767222000", "observation_2026 1767225600");
        }
    }

    @Test
    void aLevelStampedAtTheStartOfItsDayIsTheCloseOfTheDayBefore() {
        try (MigratedDatabase database = MigratedDatabase.create()) {
            SeriesKey daily = SeriesKey.of("levels", "TVL", "lido", Granularity.DAY);
            new ObservationWriter(database.dataSource(), new Statements(Layers.of(TestHome.project())))
                    .store(
                            new ObservationBatch.Builder()
                                    .add(daily, Instant.parse("2026-03-08T00:00:00Z"), 0, false)
                                    .build(),
                            ConflictPolicy.REVISE,
                            null);
            database.sql()
                    .update("INSERT INTO metric VALUES"
                            + " ('levels', 'TVL', 'TVL', 'USD', 'level', 'day', 'start', 0, true, 'Value locked')");
            assertThat(strings(database.sql(), "SELECT metric_date || ' ' || value FROM v_metrics_daily"))
                    .containsExactly("2026-03-07 0");
        }
    }

    @Test
    void aDatabaseOfBeforeTheDailyAggregationIsBroughtUp() throws Exception {
        TestHome before = TestHome.copyTo(folder).write("sql/migrations/R__views.sql", "SELECT 1;");
        try (Stream<Path> migrations = Files.list(before.path().resolve("sql/migrations"))) {
            for (Path later : migrations
                    .filter(file -> file.getFileName().toString().matches("V([5-9]|\\d\\d+)__.*"))
                    .toList()) {
                Files.delete(later);
            }
        }
        try (MigratedDatabase database = MigratedDatabase.empty()) {
            Migrations.apply(database.dataSource(), Layers.of(before.path()));
            database.sql()
                    .update("INSERT INTO metric VALUES"
                            + " ('a', 'FEES', 'FEES', 'USD', 'flow', 'day', 'interval', 0, true, 'Fees'),"
                            + " ('a', 'DAU', 'DAU', 'count', 'rate', 'day', 'interval', 0, true, 'Users'),"
                            + " ('a', 'TVL', 'TVL', 'USD', 'level', 'day', 'end', 0, true, 'Value')");
            database.sql()
                    .update(
                            "INSERT INTO entities (canonical_id, name, entity_type, sector, edited_at)"
                                    + " VALUES ('lido', 'Lido', 'protocol', 's', NULL), ('mine', 'Mine', 'protocol', 's', now())");
            database.sql()
                    .update(
                            "INSERT INTO entity_source_ids (source, source_id, canonical_id) VALUES ('a', 'ldo', 'lido')");
            Migrations.apply(database.dataSource(), Layers.of(TestHome.project()));
            assertThat(strings(database.sql(), "SELECT metric || ' ' || daily || venue FROM metric ORDER BY 1"))
                    .containsExactly("DAU mean", "FEES sum", "TVL last");
            assertThat(strings(database.sql(), "SELECT source || ' ' || id FROM catalogue_loaded ORDER BY 1"))
                    .containsExactly(" lido", "a ldo");
        }
    }

    /** The pool with another session time zone on every connection that it hands out. */
    private static final class ZonedDataSource extends DelegatingDataSource {
        private final String zone;

        ZonedDataSource(MigratedDatabase database, String zone) {
            super(database.dataSource());
            this.zone = zone;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TIME ZONE '" + zone + "'");
            }
            return connection;
        }
    }

    private static void assertRefused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(parts)
                .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
    }

    private static List<Map<String, Object>> history(MigratedDatabase database) {
        return database.sql().queryForList("SELECT *, xmin::text FROM caravan_schema_history ORDER BY installed_rank");
    }

    private static List<String> objects(MigratedDatabase database) {
        return strings(
                database.sql(),
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
                        + " ORDER BY 1");
    }

    private static List<String> strings(JdbcTemplate sql, String query) {
        return sql.queryForList(query, String.class);
    }
}
