package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.backfill.Packing.Load;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How stretches fall into requests. Days are counted from the first one. */
final class PackingTest {
    private static final Instant FIRST = Instant.parse("2020-01-01T00:00:00Z");
    private static final Packing YEARS_OF_FIFTY = new Packing(50, Duration.ofDays(365));

    private static Instant day(long number) {
        return FIRST.plus(Duration.ofDays(number));
    }

    private static Stretch stretch(String asset, long from, long to) {
        return new Stretch(SeriesKey.of("artemis", "PRICE", asset, Granularity.DAY), day(from), day(to));
    }

    private static Load load(List<String> assets, long from, long to) {
        return new Load(assets, day(from), day(to));
    }

    private static List<String> assets(int count) {
        return IntStream.range(0, count).mapToObj(i -> "coin-" + i).toList();
    }

    @Test
    void manySeriesWithTheSameTimeAreBatchesTimesLengthsInTheirOrder() {
        List<String> assets = assets(4_010);
        List<Load> loads = YEARS_OF_FIFTY.pack(
                assets.stream().map(asset -> stretch(asset, 0, 3 * 365)).toList());
        assertThat(loads).hasSize(81 * 3);
        assertThat(loads.subList(0, 81)).allSatisfy(load -> {
            assertThat(load.from()).isEqualTo(day(2 * 365));
            assertThat(load.to()).isEqualTo(day(3 * 365));
        });
        assertThat(loads.get(1).assets()).isEqualTo(assets.subList(50, 100));
        assertThat(loads.get(80).assets()).isEqualTo(assets.subList(4_000, 4_010));
        assertThat(loads.get(242).from()).isEqualTo(FIRST);
    }

    @Test
    void oneBucketOfOneSeriesIsOneRequestOfNothingElse() {
        assertThat(YEARS_OF_FIFTY.pack(List.of(stretch("btc", 400, 401))))
                .containsExactly(load(List.of("btc"), 400, 401));
    }

    @Test
    void nothingWantedIsNoRequest() {
        assertThat(YEARS_OF_FIFTY.pack(List.of())).isEmpty();
    }

    @Test
    void singleDaysOfManySeriesWithinAMonthAreTwoRequests() {
        List<String> assets = assets(60);
        List<Stretch> days = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            days.add(stretch(assets.get(i), i / 2, i / 2 + 1));
        }
        List<Load> loads = YEARS_OF_FIFTY.pack(days);
        assertThat(loads).containsExactly(load(assets.subList(10, 60), 5, 30), load(assets.subList(0, 10), 0, 5));
    }

    @Test
    void gapsOfOneSeriesThatAreFarApartAreARequestEachAndNearOnesShareOne() {
        assertThat(YEARS_OF_FIFTY.pack(List.of(
                        stretch("btc", 0, 1),
                        stretch("btc", 1_000, 1_010),
                        stretch("btc", 364, 365),
                        stretch("btc", 500, 501))))
                .containsExactly(
                        load(List.of("btc"), 1_000, 1_010), load(List.of("btc"), 364, 501), load(List.of("btc"), 0, 1));
    }

    @Test
    void aNewerGapOfAnotherSeriesCostsNoCutOfWhatFitsWhole() {
        List<Stretch> wanted = new ArrayList<>();
        assets(50).forEach(asset -> wanted.add(stretch(asset, 0, 365)));
        wanted.add(stretch("newer", 364, 366));
        assertThat(YEARS_OF_FIFTY.pack(wanted)).hasSize(2);
    }

    @Test
    void aRequestNamesNoAssetBeforeTheFirstDayThatIsWantedOfAny() {
        assertThat(YEARS_OF_FIFTY.pack(List.of(stretch("btc", 100, 110), stretch("eth", 90, 95))))
                .containsExactly(load(List.of("btc", "eth"), 90, 110));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyBucketIsInARequestThatNamesItsAsset(long seed) {
        Random random = new Random(seed);
        int most = 1 + random.nextInt(9);
        Duration longest = Duration.ofDays(1 + random.nextInt(60));
        Packing packing = new Packing(most, longest);
        List<Stretch> wanted = new ArrayList<>();
        Set<String> buckets = new HashSet<>();
        for (String asset : assets(40)) {
            long day = random.nextInt(50);
            while (day < 400) {
                long end = day + 1 + random.nextInt(80);
                wanted.add(stretch(asset, day, end));
                for (long bucket = day; bucket < end; bucket++) {
                    buckets.add(asset + " " + bucket);
                }
                day = end + random.nextInt(120);
            }
        }
        Collections.shuffle(wanted, random);
        List<Load> loads = packing.pack(wanted);
        Set<String> held = new HashSet<>();
        for (Load load : loads) {
            assertThat(load.assets()).doesNotHaveDuplicates().hasSizeBetween(1, most);
            assertThat(Duration.between(load.from(), load.to())).isLessThanOrEqualTo(longest);
            for (String asset : load.assets()) {
                for (long d = Duration.between(FIRST, load.from()).toDays(); day(d).isBefore(load.to()); d++) {
                    held.add(asset + " " + d);
                }
            }
        }
        buckets.removeAll(held);
        assertThat(buckets).isEmpty();
        assertThat(loads).isSortedAccordingTo(Load.NEWEST_FIRST);
    }

    @Test
    void twentyThousandStretchesArePackedInTimeThatGrowsWithThemAndNotWithTheirSquare() {
        pack(5_000);
        long few = pack(5_000);
        long many = pack(20_000);
        // Four times as many may take four times as long; a square would be sixteen times.
        assertThat(many).isLessThan(Math.max(few, 5_000_000) * 12);
    }

    private static long pack(int count) {
        List<Stretch> wanted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long from = i % 7 * 300L + i % 11;
            wanted.add(stretch("coin-" + i / 7, from, from + 1 + i % 200));
        }
        long begin = System.nanoTime();
        List<Load> loads = YEARS_OF_FIFTY.pack(wanted);
        long took = System.nanoTime() - begin;
        assertThat(loads).isNotEmpty();
        return took;
    }

    @Test
    void whereLengthDependsOnTheAssetsWhatIsLeftOverIsAskedOverLongerTimes() {
        Packing packing = new Packing(2, assets -> Duration.ofDays(400 / assets));
        assertThat(packing.pack(List.of(stretch("old", 0, 600), stretch("new", 500, 600))))
                .containsExactly(load(List.of("old", "new"), 400, 600), load(List.of("old"), 0, 400));
    }

    @Test
    void stretchesOfOneAssetThatOverlapOrTouchCountOnce() {
        assertThat(new Packing(1, Duration.ofDays(10))
                        .pack(List.of(
                                stretch("btc", 0, 5),
                                stretch("btc", 5, 12),
                                stretch("btc", 3, 20),
                                stretch("btc", 18, 19))))
                .containsExactly(load(List.of("btc"), 10, 20), load(List.of("btc"), 0, 10));
    }

    @Test
    void aRequestOfNothingIsRefused() {
        assertThatThrownBy(() -> new Packing(0, Duration.ofDays(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Packing(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
