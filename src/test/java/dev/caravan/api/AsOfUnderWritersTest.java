package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.ingest.SeriesKey;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A moment's answer while two processes write the same values: what was believed then does not change any more. */
final class AsOfUnderWritersTest {
    private static final int HOURS = 60;
    private static final int BATCHES = 60;
    private static final Instant FIRST = Instant.parse("2026-01-05T00:00:00Z");

    private static AskedProgram program;

    @BeforeAll
    static void start() {
        program = AskedProgram.start(Map.of());
    }

    @AfterAll
    static void stop() {
        program.close();
    }

    private static SeriesKey key(String asset) {
        return SeriesKey.of("artemis", "FEES", asset, Granularity.HOUR);
    }

    private static ObservationBatch batch(String asset, int from, int to, double value) {
        ObservationBatch.Builder batch = new ObservationBatch.Builder();
        for (int hour = from; hour < to; hour++) {
            batch.add(key(asset), FIRST.plus(Duration.ofHours(hour)), value, false);
        }
        return batch.build();
    }

    private static Map<String, Double> asOf(String asset, Instant moment) {
        return AskedProgram.values(
                program.get("/time-series?source=artemis&metric=FEES&asset=" + asset + "&as_of=" + moment));
    }

    /** The present by the clock that batches are committed by. */
    private static Instant now() {
        return program.sql()
                .queryForObject("SELECT clock_timestamp()", Timestamp.class)
                .toInstant();
    }

    /** Writer 0 stores the hours 0 to 40, writer 1 the hours 20 to 60, each batch another value: its number. */
    private static void write(ObservationWriter writer, int number, int round) {
        int pull = 2 * round + number + 1;
        ObservationBatch batch = batch("asof-two", 20 * number, 40 + 20 * number, pull);
        if (round % 2 == 0) {
            writer.store(batch, ConflictPolicy.REVISE, pull);
        } else {
            writer.storeWindow(batch, ConflictPolicy.REVISE, pull, pull, (stored, registry) -> {});
        }
    }

    @Test
    void whatWasBelievedStaysWhileTwoWrite() throws Exception {
        program.writer().store(batch("asof-two", 0, HOURS, 0), ConflictPolicy.REVISE, 0);
        Instant past = now();
        Map<String, Double> then = asOf("asof-two", past);
        assertThat(then).hasSize(HOURS).containsValue(0.0);

        List<Future<?>> writing = new ArrayList<>();
        Map<Instant, Map<String, Double>> justNow = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 2; i++) {
                int number = i;
                ObservationWriter writer = program.writer(); // one each, as two processes have
                writing.add(threads.submit(() -> {
                    for (int round = 0; round < BATCHES; round++) {
                        write(writer, number, round);
                    }
                }));
            }
            do {
                assertThat(asOf("asof-two", past)).isEqualTo(then);
                Instant moment = now();
                justNow.put(moment, asOf("asof-two", moment));
            } while (!writing.stream().allMatch(Future::isDone));
            for (Future<?> writer : writing) {
                writer.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(asOf("asof-two", past)).isEqualTo(then);
        assertThat(justNow).as("answers while they wrote").hasSizeGreaterThan(5);
        justNow.forEach((moment, answer) ->
                assertThat(asOf("asof-two", moment)).as("as of %s", moment).isEqualTo(answer));
        assertEveryCommitIsWhole(then);
    }

    /** After each batch stands what all batches up to it have written, by their numbers. */
    private static void assertEveryCommitIsWhole(Map<String, Double> beginning) {
        Map<String, Double> model = new TreeMap<>(beginning);
        List<Map<String, Object>> batches = program.sql()
                .queryForList(
                        "SELECT pull_id, committed_at FROM batch WHERE pull_id BETWEEN 1 AND ? ORDER BY batch_id",
                        2 * BATCHES);
        assertThat(batches).hasSize(2 * BATCHES);
        int turns = 0;
        int last = -1;
        for (Map<String, Object> batch : batches) {
            int pull = (Integer) batch.get("pull_id");
            int number = (pull - 1) % 2;
            turns += number == last ? 0 : 1;
            last = number;
            for (int hour = 20 * number; hour < 40 + 20 * number; hour++) {
                model.put(FIRST.plus(Duration.ofHours(hour)).toString(), (double) pull);
            }
            Instant committed = ((Timestamp) batch.get("committed_at")).toInstant();
            assertThat(asOf("asof-two", committed))
                    .as("at the commit of %s", pull)
                    .isEqualTo(model);
        }
        assertThat(turns).as("the two took turns").isGreaterThan(2);
    }

    /** A batch has its time before it is committed: a question that falls between the two waits for it. */
    @Test
    void aQuestionWaitsForTheBatchThatIsBeingCommitted() {
        AtomicReference<CompletableFuture<Map<String, Double>>> asked = new AtomicReference<>();
        AtomicReference<Instant> moment = new AtomicReference<>();
        program.writer()
                .storeWindow(
                        batch("asof-wait", 0, 3, 1), ConflictPolicy.REVISE, 1_000_000, 1, (stored, registry) -> {});
        program.writer()
                .storeWindow(batch("asof-wait", 0, 3, 2), ConflictPolicy.REVISE, 1_000_001, 1, (stored, registry) -> {
                    moment.set(now());
                    asked.set(CompletableFuture.supplyAsync(() -> asOf("asof-wait", moment.get())));
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> asked.get().isDone() || waits());
                });
        Map<String, Double> answer = asked.get().orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(answer).hasSize(3).containsValue(2.0).doesNotContainValue(1.0);
        assertThat(asOf("asof-wait", moment.get())).isEqualTo(answer);
        assertThat(new HashMap<>(asOf("asof-wait", moment.get().minus(Duration.ofDays(1)))))
                .isEmpty();
    }

    /** A writer that has stopped in the middle is not waited for without end, and old moments do not wait at all. */
    @Test
    void aQuestionDoesNotWaitForEver() {
        AtomicReference<String> refused = new AtomicReference<>();
        AtomicReference<Map<String, Double>> old = new AtomicReference<>();
        program.writer()
                .storeWindow(
                        batch("asof-stuck", 0, 3, 1), ConflictPolicy.REVISE, 1_000_002, 1, (stored, registry) -> {});
        program.sql()
                .update("UPDATE batch SET committed_at = committed_at - interval '3 hours' WHERE pull_id = 1000002");
        program.writer()
                .storeWindow(batch("asof-stuck", 0, 3, 2), ConflictPolicy.REVISE, 1_000_003, 1, (stored, registry) -> {
                    String asked = "/time-series?source=artemis&metric=FEES&asset=asof-stuck&as_of=" + now();
                    refused.set(CompletableFuture.supplyAsync(() -> program.refusal(503, asked))
                            .orTimeout(60, TimeUnit.SECONDS)
                            .join());
                    old.set(CompletableFuture.supplyAsync(() -> asOf("asof-stuck", now().minus(Duration.ofHours(2))))
                            .orTimeout(60, TimeUnit.SECONDS)
                            .join());
                });
        assertThat(refused.get()).isEqualTo("being_written");
        assertThat(old.get()).hasSize(3).containsValue(1.0);
        assertThat(asOf("asof-stuck", now())).containsValue(2.0);
    }

    private static boolean waits() {
        return program.sql()
                        .queryForObject(
                                "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
                                        + " WHERE locktype = 'advisory' AND NOT granted AND mode = 'ShareLock'"
                                        + " AND datname = current_database()",
                                Integer.class)
                > 0;
    }
}
