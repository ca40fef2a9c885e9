package dev.caravan.source.alphavantage;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose turn it is. A ticker is due when the exchanges have finished a day since it last answered; where the plan has no
 * day budget also while a day is under way, and for some hours after its end, as the vendor may be late. So nothing is
 * asked on weekends and holidays once everybody has answered.
 *
 * <p>With a day budget the longest silent go first, so that 52 tickers take turns in 25 requests a day and each is asked
 * every two or three days. One pull takes at most half of what is left of the day: 13, 6, 3, 2 and 1 at the hours after the
 * close (midnight UTC, when the budget is new, is 19:00 or 20:00 in New York). The data are as fresh as they can be, and an
 * hour in which the vendor is down costs half of the day and not all of it.
 */
final class AlphaVantageRotation {
    private static final Duration VENDOR_MAY_BE_LATE = Duration.ofHours(3);

    private final Map<String, Instant> askedHere = new HashMap<>();

    /**
     * Chooses, and notes the chosen as asked, so that one which never answers goes to the end of the row.
     *
     * @param symbols the tickers that may be asked, in the order of the configuration
     * @param answered when each last answered, UTC; absent means never
     * @param now the time of the pull, UTC
     * @param remaining requests that the account may still make today (UTC); {@link Integer#MAX_VALUE} without a budget
     * @return the tickers to ask, in this order
     */
    synchronized List<String> choose(List<String> symbols, Map<String, Instant> answered, Instant now, int remaining) {
        boolean budget = remaining != Integer.MAX_VALUE;
        List<String> due = symbols.stream()
                .filter(symbol -> isDue(answered.get(symbol), now, budget))
                .sorted(Comparator.comparing(symbol -> lastHeard(symbol, answered)))
                .limit(budget ? Math.max(0, (remaining + 1) / 2) : Integer.MAX_VALUE)
                .toList();
        due.forEach(symbol -> askedHere.put(symbol, now));
        return due;
    }

    private static boolean isDue(Instant answered, Instant now, boolean budget) {
        if (answered == null) {
            return true;
        }
        Instant finished = TradingDay.end(TradingDay.lastFinished(now));
        if (budget) {
            return answered.isBefore(finished);
        }
        return TradingDay.isUnderWay(now) || answered.isBefore(finished.plus(VENDOR_MAY_BE_LATE));
    }

    /** The later of answer and question: a ticker that fails again and again must not keep the others waiting. */
    private Instant lastHeard(String symbol, Map<String, Instant> answered) {
        Instant answer = answered.getOrDefault(symbol, Instant.MIN);
        Instant asked = askedHere.getOrDefault(symbol, Instant.MIN);
        return answer.isAfter(asked) ? answer : asked;
    }
}
