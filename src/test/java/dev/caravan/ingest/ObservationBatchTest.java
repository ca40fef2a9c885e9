package dev.caravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a batch keeps of what was added to it, and in which order. */
final class ObservationBatchTest {
    private static final SeriesKey FEES = SeriesKey.of("batches", "FEES", "lido", Granularity.DAY);
    private static final SeriesKey TVL = SeriesKey.of("batches", "TVL", "lido", Granularity.DAY);
    private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Instant TUESDAY = Instant.parse("2026-03-03T00:00:00Z");

    @Test
    void anEmptyBuilderMakesAnEmptyBatch() {
        ObservationBatch batch = new ObservationBatch.Builder().build();
        assertThat(batch.size()).isZero();
        assertThat(batch.keys()).isEmpty();
        assertThat(batch.refused()).isZero();
        assertThat(ObservationBatch.EMPTY.size()).isZero();
    }

    @Test
    void anObservationComesOutAsItWentIn() {
        ObservationBatch batch =
                new ObservationBatch.Builder().add(FEES, MONDAY, 12.5, true).build();
        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.key(0)).isEqualTo(FEES);
        assertThat(batch.epochSecond(0)).isEqualTo(MONDAY.getEpochSecond());
        assertThat(batch.value(0)).isEqualTo(12.5);
        assertThat(batch.open(0)).isTrue();
    }

    @Test
    void rowsStandInTheOrderOfSeriesAndTime() {
        ObservationBatch batch = new ObservationBatch.Builder()
                .add(TVL, TUESDAY, 4, false)
                .add(FEES, TUESDAY, 2, false)
                .add(TVL, MONDAY, 3, false)
                .add(FEES, MONDAY, 1, false)
                .build();
        assertThat(batch.keys()).containsExactly(TVL, FEES);
        assertThat(values(batch)).containsExactly(3.0, 4.0, 1.0, 2.0);
        assertThat(List.of(batch.key(0), batch.key(1), batch.key(2), batch.key(3)))
                .containsExactly(TVL, TVL, FEES, FEES);
    }

    @Test
    void ofTwoValuesForOneInstantTheLastWins() {
        ObservationBatch batch = new ObservationBatch.Builder()
                .add(FEES, MONDAY, 1, true)
                .add(FEES, TUESDAY, 7, false)
                .add(FEES, MONDAY, 2, true)
                .add(FEES, MONDAY, 3, false)
                .build();
        assertThat(values(batch)).containsExactly(3.0, 7.0);
        assertThat(batch.open(0)).isFalse();
    }

    @Test
    void theSameInstantInAnotherSeriesIsNoDuplicate() {
        SeriesKey elsewhere = new SeriesKey("batches", "FEES", "lido", "binance", "", Granularity.DAY);
        SeriesKey hourly = SeriesKey.of("batches", "FEES", "lido", Granularity.HOUR);
        ObservationBatch batch = new ObservationBatch.Builder()
                .add(FEES, MONDAY, 1, false)
                .add(elsewhere, MONDAY, 2, false)
                .add(hourly, MONDAY, 3, false)
                .build();
        assertThat(values(batch)).containsExactly(1.0, 2.0, 3.0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aValueThatIsNoFiniteNumberIsRefusedAndCounted(double value) {
        ObservationBatch batch = new ObservationBatch.Builder()
                .add(FEES, MONDAY, 5, false)
                .add(FEES, MONDAY, value, false)
                .add(TVL, MONDAY, value, false)
                .build();
        assertThat(batch.refused()).isEqualTo(2);
        assertThat(values(batch)).containsExactly(5.0);
        assertThat(batch.keys()).containsExactly(FEES);
    }

    @Test
    void aZeroIsKept() {
        ObservationBatch batch =
                new ObservationBatch.Builder().add(FEES, MONDAY, 0, false).build();
        assertThat(values(batch)).containsExactly(0.0);
        assertThat(batch.refused()).isZero();
    }

    @Test
    void aNegativeZeroBecomesTheOneZero() {
        ObservationBatch batch =
                new ObservationBatch.Builder().add(FEES, MONDAY, -0.0, false).build();
        assertThat(Double.doubleToRawLongBits(batch.value(0))).isEqualTo(Double.doubleToRawLongBits(0.0));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                Double.MIN_VALUE,
                -Double.MIN_VALUE,
                Double.MAX_VALUE,
                -Double.MAX_VALUE,
                0.1 + 0.2,
                9007199254740991.0
            })
    void aFiniteValueKeepsEveryBit(double value) {
        ObservationBatch batch =
                new ObservationBatch.Builder().add(FEES, MONDAY, value, false).build();
        assertThat(Double.doubleToRawLongBits(batch.value(0))).isEqualTo(Double.doubleToRawLongBits(value));
    }

    @Test
    void itGrowsBeyondItsFirstArrays() {
        ObservationBatch.Builder builder = new ObservationBatch.Builder();
        for (int i = 999; i >= 0; i--) {
            builder.add(FEES, MONDAY.plusSeconds(i), i, i % 3 == 0);
        }
        ObservationBatch batch = builder.build();
        assertThat(batch.size()).isEqualTo(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(batch.epochSecond(i)).isEqualTo(MONDAY.getEpochSecond() + i);
            assertThat(batch.value(i)).isEqualTo(i);
            assertThat(batch.open(i)).isEqualTo(i % 3 == 0);
        }
    }

    @Test
    void withLetsTheLaterBatchWin() {
        ObservationBatch earlier = new ObservationBatch.Builder()
                .add(FEES, MONDAY, 1, true)
                .add(FEES, TUESDAY, 2, true)
                .build();
        ObservationBatch later = new ObservationBatch.Builder()
                .add(TVL, MONDAY, 9, false)
                .add(FEES, MONDAY, 5, false)
                .build();
        ObservationBatch both = earlier.with(later);
        assertThat(both.keys()).containsExactly(FEES, TVL);
        assertThat(values(both)).containsExactly(5.0, 2.0, 9.0);
        assertThat(both.open(0)).isFalse();
        assertThat(values(earlier)).containsExactly(1.0, 2.0);
    }

    @Test
    void withAddsUpWhatWasRefused() {
        ObservationBatch earlier = new ObservationBatch.Builder()
                .add(FEES, MONDAY, Double.NaN, false)
                .build();
        ObservationBatch later = new ObservationBatch.Builder()
                .add(FEES, MONDAY, Double.NaN, false)
                .add(FEES, TUESDAY, Double.NaN, false)
                .build();
        assertThat(earlier.with(later).refused()).isEqualTo(3);
        assertThat(earlier.with(ObservationBatch.EMPTY)).isSameAs(earlier);
    }

    @Test
    void addAllTakesRowsAndRefusals() {
        ObservationBatch some = new ObservationBatch.Builder()
                .add(FEES, MONDAY, 1, true)
                .add(FEES, TUESDAY, Double.NaN, false)
                .build();
        ObservationBatch.Builder builder = new ObservationBatch.Builder().add(FEES, MONDAY, 8, false);
        ObservationBatch batch = builder.addAll(some).addAll(some).build();
        assertThat(values(batch)).containsExactly(1.0);
        assertThat(batch.open(0)).isTrue();
        assertThat(batch.refused()).isEqualTo(2);
    }

    @Test
    void aBuiltBatchDoesNotChangeWithItsBuilder() {
        ObservationBatch.Builder builder = new ObservationBatch.Builder().add(FEES, MONDAY, 1, false);
        ObservationBatch before = builder.build();
        builder.add(FEES, MONDAY, 2, false).add(TVL, MONDAY, 3, false);
        assertThat(values(before)).containsExactly(1.0);
        assertThat(before.keys()).containsExactly(FEES);
        assertThat(values(builder.build())).containsExactly(2.0, 3.0);
    }

    /** One call of add. */
    record Added(int series, int second, double value, boolean open) {}

    @Provide
    Arbitrary<List<Added>> anything() {
        Arbitrary<Double> value = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.doubles()),
                Tuple.of(
                        2,
                        Arbitraries.of(
                                Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1.0)));
        return Combinators.combine(
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.integers().between(-8, 8),
                        value,
                        Arbitraries.of(true, false))
                .as(Added::new)
                .list()
                .ofMaxSize(120);
    }

    @Property(tries = 300)
    void buildEqualsASortedMapWithTheSameCalls(@ForAll("anything") List<Added> calls) {
        ObservationBatch.Builder builder = new ObservationBatch.Builder();
        Set<SeriesKey> keys = new LinkedHashSet<>();
        Map<SeriesKey, TreeMap<Long, Added>> model = new HashMap<>();
        int refused = 0;
        for (Added call : calls) {
            SeriesKey key = SeriesKey.of("batches", "M" + call.series(), "a", Granularity.HOUR);
            builder.add(key, Instant.ofEpochSecond(call.second()), call.value(), call.open());
            if (Double.isFinite(call.value())) {
                keys.add(key);
                model.computeIfAbsent(key, added -> new TreeMap<>()).put((long) call.second(), call);
            } else {
                refused++;
            }
        }
        List<String> expected = new ArrayList<>();
        keys.forEach(key -> model.get(key)
                .forEach((second, call) ->
                        expected.add(key + " " + second + " " + (call.value() + 0.0) + " " + call.open())));

        ObservationBatch batch = builder.build();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            found.add(batch.key(i) + " " + batch.epochSecond(i) + " " + batch.value(i) + " " + batch.open(i));
        }
        assertThat(found).isEqualTo(expected);
        assertThat(batch.keys()).containsExactlyElementsOf(keys);
        assertThat(batch.refused()).isEqualTo(refused);
    }

    private static List<Double> values(ObservationBatch batch) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            values.add(batch.value(i));
        }
        return values;
    }
}
