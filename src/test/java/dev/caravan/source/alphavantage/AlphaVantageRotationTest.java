package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is asked when, hour by hour. */
final class AlphaVantageRotationTest {
    private static final int NO_BUDGET = Integer.MAX_VALUE;
    private static final List<String> SYMBOLS =
            IntStream.range(0, 52).mapToObj(i -> "S" + i).toList();

    private final AlphaVantageRotation rotation = new AlphaVantageRotation();

    private static Map<String, Instant> all(String answered) {
        Map<String, Instant> times = new HashMap<>();
        SYMBOLS.forEach(symbol -> times.put(symbol, Instant.parse(answered)));
        return times;
    }

    @Test
    void aPullTakesHalfOfWhatIsLeftOfTheDay() {
        Instant now = Instant.parse("2026-11-18T01:05:00Z");
        assertThat(rotation.choose(SYMBOLS, Map.of(), now, 25)).isEqualTo(SYMBOLS.subList(0, 13));
        assertThat(rotation.choose(SYMBOLS, Map.of(), now, 12)).isEqualTo(SYMBOLS.subList(13, 19));
        assertThat(rotation.choose(SYMBOLS, Map.of(), now, 1)).hasSize(1);
        assertThat(rotation.choose(SYMBOLS, Map.of(), now, 0)).isEmpty();
    }

    @Test
    void overAWeekNobodyStarvesAndNoDayExceedsItsBudget() {
        Map<String, Instant> answered = new HashMap<>();
        Map<String, Duration> longest = new HashMap<>();
        Instant begin = Instant.parse("2026-11-16T00:05:00Z");
        for (int day = 0; day < 12; day++) {
            int left = 25;
            for (int hour = 0; hour < 24; hour++) {
                Instant now = begin.plus(Duration.ofHours(24L * day + hour));
                List<String> chosen = rotation.choose(SYMBOLS, answered, now, left);
                left -= chosen.size();
                for (String symbol : chosen) {
                    Duration gap = Duration.between(answered.getOrDefault(symbol, begin), now);
                    longest.merge(symbol, gap, (a, b) -> a.compareTo(b) > 0 ? a : b);
                    answered.put(symbol, now);
                }
            }
            assertThat(left).isNotNegative();
        }
        assertThat(longest).hasSize(52);
        assertThat(longest.values()).allSatisfy(gap -> assertThat(gap).isLessThan(Duration.ofDays(4)));
    }

    @Test
    void oneThatNeverAnswersDoesNotKeepTheOthersWaiting() {
        Map<String, Instant> answered = all("2026-11-16T02:00:00Z");
        answered.remove("S7");
        Set<String> asked = new HashSet<>();
        for (int hour = 0; hour < 52; hour++) {
            Instant now = Instant.parse("2026-11-18T01:05:00Z").plus(Duration.ofHours(hour));
            asked.addAll(rotation.choose(SYMBOLS, answered, now, 1));
        }
        assertThat(asked).containsAll(SYMBOLS);
    }

    @Test
    void whoHasAnsweredSinceTheCloseIsNotAskedAgainUnderABudget() {
        Map<String, Instant> answered = all("2026-11-18T00:30:00Z"); // half an hour before the evening is over
        answered.put("S3", Instant.parse("2026-11-18T01:00:00Z"));
        List<String> chosen = rotation.choose(SYMBOLS, answered, Instant.parse("2026-11-18T12:05:00Z"), 1_000);
        assertThat(chosen).hasSize(51).doesNotContain("S3");
    }

    @Test
    void nothingIsDueOnWeekendsAndHolidaysOnceAllHaveAnswered() {
        Map<String, Instant> afterFriday = all("2026-11-21T05:05:00Z");
        for (String now : List.of("2026-11-21T15:05:00Z", "2026-11-22T15:05:00Z", "2026-11-23T12:05:00Z")) {
            assertThat(rotation.choose(SYMBOLS, afterFriday, Instant.parse(now), NO_BUDGET))
                    .isEmpty();
        }
        Map<String, Instant> beforeThanksgiving = all("2026-11-26T05:05:00Z");
        assertThat(rotation.choose(SYMBOLS, beforeThanksgiving, Instant.parse("2026-11-26T17:05:00Z"), NO_BUDGET))
                .isEmpty();
    }

    @Test
    void withoutABudgetAllAreAskedWhileADayIsUnderWayAndForSomeHoursAfter() {
        Map<String, Instant> answered = all("2026-11-18T15:05:00Z");
        assertThat(rotation.choose(SYMBOLS, answered, Instant.parse("2026-11-18T16:05:00Z"), NO_BUDGET))
                .hasSize(52);
        Map<String, Instant> atTheEnd = all("2026-11-19T01:05:00Z");
        assertThat(rotation.choose(SYMBOLS, atTheEnd, Instant.parse("2026-11-19T02:05:00Z"), NO_BUDGET))
                .hasSize(52);
        Map<String, Instant> later = all("2026-11-19T04:05:00Z");
        assertThat(rotation.choose(SYMBOLS, later, Instant.parse("2026-11-19T05:05:00Z"), NO_BUDGET))
                .isEmpty();
    }
}
