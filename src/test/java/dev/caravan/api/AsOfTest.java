package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was believed at a moment, over real HTTP, after batches of live pulls and of history at known times. */
final class AsOfTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:10:00Z");
    private static final SeriesKey FEES = SeriesKey.of("artemis", "FEES", "asof-one", Granularity.DAY);
    private static final SeriesKey OTHER = SeriesKey.of("defillama", "FEES_24H", "asof-one", Granularity.DAY);
    private static final String SERIES = "/time-series?metric=FEES&source=artemis&asset=asof-one";
    private static final String NOW_VALUES = "07=7 08=80 09=12 10=20 11=30 12=3";

    /** When the batches were committed: the program's clock runs on from where it is set. */
    private static final List<Instant> COMMITTED = new ArrayList<>();

    private static AskedProgram program;

    @BeforeAll
    static void store() {
        program = AskedProgram.start(Map.of("caravan.now", NOW.toString()));
        COMMITTED.add(live("2026-11-10T00:05:00Z", FEES, "09=10", "10=1?"));
        COMMITTED.add(live("2026-11-10T00:06:00Z", OTHER, "07=100", "09=100"));
        COMMITTED.add(history("2026-11-10T06:00:00Z", ConflictPolicy.KEEP, "07=7", "08=8", "09=99"));
        COMMITTED.add(live("2026-11-11T00:05:00Z", FEES, "09=11", "10=20"));
        COMMITTED.add(live("2026-11-11T18:00:00Z", OTHER, "09=200"));
        COMMITTED.add(live("2026-11-12T00:05:00Z", FEES, "09=12", "10=20", "11=30", "12=3?"));
        COMMITTED.add(history("2026-11-12T07:00:00Z", ConflictPolicy.REVISE, "08=80"));
    }

    @AfterAll
    static void stop() {
        program.close();
    }

    /** A batch of days of November: a question mark says that the day had not ended. */
    private static ObservationBatch batch(SeriesKey key, String... days) {
        ObservationBatch.Builder batch = new ObservationBatch.Builder();
        for (String day : days) {
            boolean open = day.endsWith("?");
            String[] parts = day.replace("?", "").split("=");
            batch.add(key, Instant.parse("2026-11-" + parts[0] + "T00:00:00Z"), Double.parseDouble(parts[1]), open);
        }
        return batch.build();
    }

    private static Instant live(String time, SeriesKey key, String... days) {
        program.writerAt(Instant.parse(time)).store(batch(key, days), ConflictPolicy.REVISE, null);
        return committed();
    }

    private static Instant history(String time, ConflictPolicy policy, String... days) {
        program.writerAt(Instant.parse(time)).storeWindow(batch(FEES, days), policy, 1, 1, (stored, registry) -> {});
        return committed();
    }

    /** When the last batch was committed. */
    private static Instant committed() {
        return program.sql()
                .queryForObject(
                        "SELECT committed_at FROM batch ORDER BY batch_id DESC LIMIT 1", java.sql.Timestamp.class)
                .toInstant();
    }

    /** The moment that a test means: {@code at 3} is the third commit, {@code before 3} a microsecond earlier. */
    private static String moment(String words) {
        if (!words.contains(" ")) {
            return words;
        }
        Instant commit = COMMITTED.get(Integer.parseInt(words.split(" ")[1]) - 1);
        return (words.startsWith("at") ? commit : commit.minusNanos(1_000)).toString();
    }

    private static String days(JsonNode answer) {
        List<String> days = new ArrayList<>();
        AskedProgram.values(answer).forEach((time, value) -> days.add(time.substring(8, 10) + "=" + value.intValue()));
        return String.join(" ", days);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-01T00:00:00Z,        ''",
        "before 1,  ''",
        // The tenth was open then; what it said has been replaced and is not kept.
        "at 1,       09=10",
        "before 3,  09=10",
        "at 3,       07=7 08=8 09=10",
        "2026-11-10,                  07=7 08=8 09=10",
        "before 4,  07=7 08=8 09=10",
        "at 4,       07=7 08=8 09=11 10=20",
        "2026-11-11,                  07=7 08=8 09=11 10=20",
        // The twelfth was open then too, but has not been replaced since.
        "at 6,       07=7 08=8 09=12 10=20 11=30 12=3",
        "before 7,  07=7 08=8 09=12 10=20 11=30 12=3",
        "at 7,       07=7 08=80 09=12 10=20 11=30 12=3",
        "2026-11-20T10:10:00Z,        07=7 08=80 09=12 10=20 11=30 12=3",
        "2026-11-20,                  07=7 08=80 09=12 10=20 11=30 12=3",
        "2090-01-01,                  07=7 08=80 09=12 10=20 11=30 12=3"
    })
    void aMomentShowsWhatWasBelievedThen(String moment, String days) {
        JsonNode answer = program.get(SERIES + "&as_of=" + moment(moment));
        assertThat(days(answer)).isEqualTo(days);
        assertThat(days(program.get(SERIES + "&order=asc&as_of=" + moment(moment))))
                .isEqualTo(days);
    }

    @Test
    void withoutAMomentItIsThePresent() {
        JsonNode answer = program.get(SERIES);
        assertThat(days(answer)).isEqualTo(NOW_VALUES);
        assertThat(answer.path("_meta").has("as_of")).isFalse();
        assertThat(days(program.get(SERIES + "&as_of="))).isEqualTo(NOW_VALUES);
    }

    @Test
    void eachSourceHasBatchesOfItsOwn() {
        String other = "/time-series?metric=FEES_24H&source=defillama&asset=asof-one&as_of=";
        assertThat(days(program.get(other + moment("before 2")))).isEmpty();
        assertThat(days(program.get(other + moment("at 2")))).isEqualTo("07=100 09=100");
        assertThat(days(program.get(other + moment("before 5")))).isEqualTo("07=100 09=100");
        assertThat(days(program.get(other + moment("at 5")))).isEqualTo("07=100 09=200");
    }

    @Test
    void theAnswerSaysWhichMomentAndWhatItCannotHold() {
        JsonNode meta = program.get(SERIES + "&as_of=2026-11-10T12:00:00.2Z").path("_meta");
        assertThat(meta.path("as_of").asText()).isEqualTo("2026-11-10T12:00:00.200Z");
        assertThat(meta.path("last_batch_at").asText())
                .isEqualTo(COMMITTED.get(2).toString());
        assertThat(meta.path("as_of_note").asText()).contains("open");
        assertThat(meta.path("unit").asText()).isEqualTo("USD");
        assertThat(program.get(SERIES + "&as_of=2026-11-10")
                        .path("_meta")
                        .path("as_of")
                        .asText())
                .isEqualTo("2026-11-10T23:59:59.999999Z");
        JsonNode ahead = program.get(SERIES + "&as_of=2090-01-01").path("_meta");
        assertThat(Instant.parse(ahead.path("as_of").asText())).isBetween(NOW, Instant.parse("2027-01-01T00:00:00Z"));
        JsonNode before = program.get(SERIES + "&as_of=2020-01-01").path("_meta");
        assertThat(before.path("last_batch_at").isNull()).isTrue();
        assertThat(before.path("resolved_source").asText()).isEqualTo("artemis");
    }

    @Test
    void aValueIsFinalIfItWasFinalThen() {
        // Fees of Artemis settle for a week after their day.
        assertThat(program.get(SERIES + "&start_date=2026-11-09&end_date=2026-11-09")
                        .findValue("final")
                        .asBoolean())
                .isTrue();
        String ninth = SERIES + "&start_date=2026-11-09&end_date=2026-11-09&as_of=";
        assertThat(program.get(ninth + "2026-11-16T23:59:59Z")
                        .findValue("final")
                        .asBoolean())
                .isFalse();
        assertThat(program.get(ninth + "2026-11-17T00:00:00Z")
                        .findValue("final")
                        .asBoolean())
                .isTrue();
        assertThat(program.get(SERIES + "&limit=1&as_of=2026-11-20")
                        .findValue("final")
                        .asBoolean())
                .as("still open")
                .isFalse();
    }

    @Test
    void timeLimitAndOrderGoWithAMoment() {
        JsonNode cut = program.get(SERIES + "&limit=2&as_of=2026-11-11");
        assertThat(cut.path("truncated").asBoolean()).isTrue();
        assertThat(days(cut)).isEqualTo("09=11 10=20");
        assertThat(days(program.get(SERIES + "&limit=2&order=asc&as_of=2026-11-11")))
                .isEqualTo("07=7 08=8");
        assertThat(program.get(SERIES + "&limit=4&as_of=2026-11-11")
                        .path("truncated")
                        .asBoolean())
                .isFalse();
        assertThat(days(program.get(SERIES + "&start_date=2026-11-08&end_date=2026-11-09&as_of=2026-11-11")))
                .isEqualTo("08=8 09=11");
        assertThat(days(program.get(SERIES + "&days=2&as_of=" + moment("at 4"))))
                .as("days before the moment")
                .isEqualTo("10=20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "2026-02-30",
                "2026-11-10T25:00:00Z",
                "2026-11-10T00:00:00",
                "1763683200",
                "-1",
                "%2B1000000000-12-31T23:59:59.999999999Z",
                "-1000000000-01-01T00:00:00Z"
            })
    void aMomentThatIsNoneIs400(String moment) {
        assertThat(program.refusal(400, SERIES + "&as_of=" + moment)).isEqualTo("bad_parameter");
    }

    @Test
    void withoutAMomentNeitherBatchesNorRevisionsAreTouched() {
        program.sql().execute("ALTER TABLE observation_revision RENAME TO moved_away");
        program.sql().execute("ALTER TABLE batch RENAME TO batch_away");
        try {
            assertThat(days(program.get(SERIES))).isEqualTo(NOW_VALUES);
            assertThat(program.refusal(500, SERIES + "&as_of=2026-11-11")).isEqualTo("internal");
        } finally {
            program.sql().execute("ALTER TABLE batch_away RENAME TO batch");
            program.sql().execute("ALTER TABLE moved_away RENAME TO observation_revision");
        }
        assertThat(days(program.get(SERIES + "&as_of=2026-11-11"))).isEqualTo("07=7 08=8 09=11 10=20");
    }

    @Test
    void theSameInSql() {
        String question = "SELECT coalesce(string_agg(to_char(ts, 'DD') || '=' || value, ' ' ORDER BY ts), '')"
                + " FROM observations_as_of('artemis', ?::timestamptz) WHERE asset = 'asof-one' AND metric = 'FEES'";
        assertThat(program.sql().queryForObject(question, String.class, moment("before 1")))
                .isEmpty();
        assertThat(program.sql().queryForObject(question, String.class, moment("at 4")))
                .isEqualTo("07=7 08=8 09=11 10=20");
        assertThat(program.sql().queryForObject(question, String.class, "infinity"))
                .isEqualTo(NOW_VALUES);
    }

    /** Where the clock is set back a little, no batch has a time before that of the one before it. */
    @Test
    void aClockThatIsSetBackDoesNotReorderBatches() {
        SeriesKey key = SeriesKey.of("velo", "CLOSE_PRICE", "asof-clock", Granularity.DAY);
        String asked = "/time-series?metric=CLOSE_PRICE&source=velo&asset=asof-clock&as_of=";
        Instant one = live("2026-11-13T12:00:00Z", key, "12=1");
        assertThat(live("2026-11-13T11:40:00Z", key, "12=2")).isEqualTo(one);
        Instant three = live("2026-11-13T12:30:00Z", key, "12=3");
        assertThat(days(program.get(asked + one.minusNanos(1_000)))).isEmpty();
        assertThat(days(program.get(asked + one))).isEqualTo("12=2");
        assertThat(days(program.get(asked + three.minusNanos(1_000)))).isEqualTo("12=2");
        // A clock that was a year ahead for one batch does not hold up the ones that follow.
        live("2027-11-13T12:00:00Z", key, "12=4");
        Instant five = live("2026-11-13T13:00:00Z", key, "12=5");
        Instant six = live("2026-11-13T14:00:00Z", key, "12=6");
        assertThat(five).isBefore(six);
        assertThat(days(program.get(asked + five.minusNanos(1_000)))).isEqualTo("12=3");
        assertThat(days(program.get(asked + five))).isEqualTo("12=5");
        assertThat(days(program.get(asked + six.minusNanos(1_000)))).isEqualTo("12=5");
        assertThat(days(program.get(asked + six))).isEqualTo("12=6");
    }

    /** A value and whether it was open, and the batch that wrote it. */
    private record Believed(double value, boolean open, int batch) {}

    /** Two sources of their own, eighty batches of live pulls and history that overlap, against a model that keeps everything. */
    @Test
    void everyMomentIsAsAModelSays() {
        Random random = new Random(20261120);
        List<SeriesKey> keys = List.of(
                SeriesKey.of("coingecko", "PRICE", "asof-model", Granularity.DAY),
                SeriesKey.of("alphavantage", "CLOSE", "asof-model", Granularity.DAY));
        Map<SeriesKey, Map<Instant, Map<Instant, Believed>>> told = new HashMap<>();
        Map<SeriesKey, Map<Instant, Believed>> state = new HashMap<>();
        Instant first = Instant.parse("2026-10-01T00:00:00Z");
        Instant time = first.plus(5, ChronoUnit.DAYS).plusSeconds(1);
        for (int batch = 0; batch < 80; batch++) {
            int number = batch;
            time = time.plusSeconds(60 + random.nextInt(36_000));
            SeriesKey key = keys.get(random.nextInt(2));
            boolean live = random.nextBoolean();
            ConflictPolicy policy = live || random.nextBoolean() ? ConflictPolicy.REVISE : ConflictPolicy.KEEP;
            Map<Instant, Believed> believed = state.computeIfAbsent(key, added -> new TreeMap<>());
            ObservationBatch.Builder rows = new ObservationBatch.Builder();
            Instant today = time.truncatedTo(ChronoUnit.DAYS);
            Instant to = live ? today : today.minus(random.nextInt(5), ChronoUnit.DAYS);
            Instant from = to.minus(1 + random.nextInt(7), ChronoUnit.DAYS);
            for (Instant day = from; !day.isAfter(to); day = day.plus(1, ChronoUnit.DAYS)) {
                boolean open = day.equals(today);
                double value = random.nextInt(3); // small, so that values are often confirmed
                rows.add(key, day, value, open);
                Believed old = believed.get(day);
                boolean closes = old != null && old.open() && !open;
                boolean revises = old != null
                        && policy == ConflictPolicy.REVISE
                        && old.value() != value
                        && !(open && !old.open());
                if (old == null || closes || revises) {
                    believed.put(day, new Believed(value, open, batch));
                }
            }
            if (live) {
                program.writerAt(time).store(rows.build(), policy, null);
            } else {
                program.writerAt(time).storeWindow(rows.build(), policy, 1, 1, (stored, registry) -> {});
            }
            if (believed.values().stream().anyMatch(one -> one.batch() == number)) {
                Instant committed = committed();
                assertThat(committed).isAfterOrEqualTo(time);
                told.computeIfAbsent(key, added -> new TreeMap<>()).put(committed, new TreeMap<>(believed));
            }
        }
        int changed = 0;
        for (SeriesKey key : keys) {
            String asked =
                    "/time-series?asset=asof-model&source=" + key.source() + "&metric=" + key.metric() + "&as_of=";
            Map<String, Double> before = Map.of();
            for (Map.Entry<Instant, Map<Instant, Believed>> moment :
                    told.get(key).entrySet()) {
                Instant at = moment.getKey();
                Map<String, Double> then = kept(moment.getValue(), state.get(key));
                assertThat(AskedProgram.values(program.get(asked + at.minusNanos(1_000))))
                        .as("before %s", at)
                        .isEqualTo(before);
                assertThat(AskedProgram.values(program.get(asked + at)))
                        .as("at %s", at)
                        .isEqualTo(then);
                changed += then.equals(before) ? 0 : 1;
                before = then;
            }
        }
        assertThat(changed).as("the batches that changed something").isGreaterThan(50);
        assertThat(program.sql()
                        .queryForObject(
                                "SELECT count(*) FROM observation_revision JOIN series USING (series_id)"
                                        + " WHERE asset = 'asof-model'",
                                Integer.class))
                .isGreaterThan(50);
    }

    /** What was believed without that which was open and has been replaced since. */
    private static Map<String, Double> kept(Map<Instant, Believed> then, Map<Instant, Believed> now) {
        Map<String, Double> kept = new TreeMap<>();
        then.forEach((day, believed) -> {
            if (!believed.open() || believed.equals(now.get(day))) {
                kept.put(day.toString(), believed.value());
            }
        });
        return kept;
    }
}
