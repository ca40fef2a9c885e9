package dev.caravan.bench;

import dev.caravan.Caravan;
import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.ingest.StoreResult;
import dev.caravan.source.artemis.ArtemisAssets;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The store step alone against raw {@code COPY BINARY} into a table without an index: the windows of three years of Artemis,
 * made up in memory, each first stored by the one and then by the other, each in a transaction of its own.
 */
final class StoreBench {
    private static final Instant TODAY = Instant.parse("2026-11-20T00:00:00Z");
    private static final long DAY = 86_400;
    private static final int SYMBOLS = 50;
    private static final long SECONDS_TO_2000 = 946_684_800;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};

    private final SplittableRandom random = new SplittableRandom(1);
    private long rows;
    private long storeNanos;
    private long copyNanos;

    /** Rows, and rows a second of both. */
    record Result(long rows, double storeRowsPerSecond, double copyRowsPerSecond) {
        double ratio() {
            return storeRowsPerSecond / copyRowsPerSecond;
        }
    }

    Result run(Caravan caravan, String jdbcUrl, String user, String password, int years)
            throws SQLException, IOException {
        ObservationWriter writer = new ObservationWriter(caravan.database().dataSource(), caravan.statements());
        ArtemisAssets assets = ArtemisAssets.read(caravan.settings().layers().file("config/sources/artemis.csv"));
        try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE raw_copy (series_id int4, batch_id int4, ts timestamptz, value float8, open bool)");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            int window = 0;
            for (int year = 0; year < years; year++) {
                for (var metric : assets.symbolsByMetric().entrySet()) {
                    List<String> symbols = metric.getValue();
                    for (int from = 0; from < symbols.size(); from += SYMBOLS) {
                        List<String> some = symbols.subList(from, Math.min(symbols.size(), from + SYMBOLS));
                        both(writer, copy, ++window, window(metric.getKey(), some, year));
                    }
                }
            }
        }
        return new Result(rows, rows * 1e9 / storeNanos, rows * 1e9 / copyNanos);
    }

    private ObservationBatch window(String metric, List<String> symbols, int yearsAgo) {
        ObservationBatch.Builder batch = new ObservationBatch.Builder();
        Instant end = TODAY.minusSeconds(365L * yearsAgo * DAY);
        for (String symbol : symbols) {
            SeriesKey key = SeriesKey.of("artemis", metric, symbol, Granularity.DAY);
            for (int day = 365; day > 0; day--) {
                batch.add(key, end.minusSeconds(day * DAY), random.nextDouble(1e9), false);
            }
        }
        return batch.build();
    }

    private void both(ObservationWriter writer, CopyManager copy, int window, ObservationBatch batch)
            throws SQLException, IOException {
        byte[] binary = binary(batch, window);
        long begin = System.nanoTime();
        StoreResult stored = writer.storeWindow(batch, ConflictPolicy.KEEP, 1, window, (result, registry) -> {});
        long middle = System.nanoTime();
        long copied = copy.copyIn("COPY raw_copy FROM STDIN (FORMAT BINARY)", new java.io.ByteArrayInputStream(binary));
        long end = System.nanoTime();
        if (stored.newRows() != batch.size() || copied != batch.size()) {
            throw new IllegalStateException(stored + " and " + copied + " of " + batch.size() + " rows");
        }
        rows += batch.size();
        storeNanos += middle - begin;
        copyNanos += end - middle;
    }

    private static byte[] binary(ObservationBatch batch, int number) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(batch.size() * 48);
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(SIGNATURE);
        out.writeLong(0); // no flags, no extension
        for (int i = 0; i < batch.size(); i++) {
            out.writeShort(5);
            out.writeInt(4);
            out.writeInt(batch.keys().indexOf(batch.key(i)));
            out.writeInt(4);
            out.writeInt(number);
            out.writeInt(8);
            out.writeLong((batch.epochSecond(i) - SECONDS_TO_2000) * 1_000_000);
            out.writeInt(8);
            out.writeDouble(batch.value(i));
            out.writeInt(-1); // null
        }
        out.writeShort(-1);
        return bytes.toByteArray();
    }
}
