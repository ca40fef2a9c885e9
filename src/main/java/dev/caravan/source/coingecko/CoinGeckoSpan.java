package dev.caravan.source.coingecko;

import dev.caravan.ingest.Granularity;
import java.time.Duration;
import java.time.Instant;

/**
 * The time that a request for a history names. It is seldom the time that is wanted, as the vendor chooses the length of the
 * steps by it (contract, section 6): five minutes within a day, hours from two to 90 days, days beyond. In the ledger it is
 * the window's subject.
 *
 * @param from beginning, UTC
 * @param to end, UTC
 */
record CoinGeckoSpan(Instant from, Instant to) {
    /** The most that one request asks for by the hour. */
    static final Duration MOST_BY_HOUR = Duration.ofDays(90);
    /** The most that one request asks for by the day. */
    static final Duration MOST_BY_DAY = Duration.ofDays(365);

    /** Below, an answer may come in steps of five minutes, whose last one of an hour is another value than the hour's. */
    private static final Duration LEAST_BY_HOUR = Duration.ofDays(2);
    /** More than 90 days, with room for how the vendor counts them. */
    private static final Duration LEAST_BY_DAY = Duration.ofDays(92);
    /** So near to both ends the midnights of a day's beginning and end are sure to be in or out. */
    private static final Duration MARGIN = Duration.ofMinutes(30);

    /**
     * Words what has to be asked for, so that the vendor answers in the steps that are wanted.
     *
     * @param granularity the steps that are wanted
     * @param from beginning of the first bucket that is wanted
     * @param to end of the last bucket that is wanted, at most {@link #MOST_BY_HOUR} or {@link #MOST_BY_DAY} later
     * @param earliest the first instant that the plan has; a short time is made longer backwards up to it, else forwards
     * @return what to ask for
     */
    static CoinGeckoSpan asking(Granularity granularity, Instant from, Instant to, Instant earliest) {
        if (granularity == Granularity.HOUR) {
            return new CoinGeckoSpan(from, to).atLeast(LEAST_BY_HOUR, earliest);
        }
        // The value of a day is the state at its end, which is the point of the next midnight.
        Instant firstEnd = Granularity.DAY.next(from);
        return new CoinGeckoSpan(firstEnd.minus(MARGIN), to.plus(MARGIN)).atLeast(LEAST_BY_DAY, earliest);
    }

    private CoinGeckoSpan atLeast(Duration least, Instant earliest) {
        if (Duration.between(from, to).compareTo(least) >= 0) {
            return this;
        }
        Instant longer = to.minus(least);
        if (!longer.isBefore(earliest)) {
            return new CoinGeckoSpan(longer, to);
        }
        Instant begin = from.isBefore(earliest) ? from : earliest;
        return new CoinGeckoSpan(begin, begin.plus(least));
    }

    /**
     * @param granularity the steps that are wanted
     * @param earliest an instant
     * @return this without what lies before the instant, and still long enough for the steps that are wanted
     */
    CoinGeckoSpan since(Granularity granularity, Instant earliest) {
        if (!from.isBefore(earliest)) {
            return this;
        }
        CoinGeckoSpan rest = new CoinGeckoSpan(earliest, to.isBefore(earliest) ? earliest : to);
        return rest.atLeast(granularity == Granularity.HOUR ? LEAST_BY_HOUR : LEAST_BY_DAY, earliest);
    }

    /**
     * @param text what {@link #toString} gave
     * @return the span
     * @throws IllegalArgumentException when it is none
     */
    static CoinGeckoSpan parse(String text) {
        String[] ends = text.split("/", -1);
        if (ends.length != 2) {
            throw new IllegalArgumentException("not a span of time: " + text);
        }
        return new CoinGeckoSpan(Instant.parse(ends[0]), Instant.parse(ends[1]));
    }

    /** @return both ends as parameters of the query, in UNIX seconds: the form that every tier takes */
    String parameters() {
        return "from=" + from.getEpochSecond() + "&to=" + to.getEpochSecond();
    }

    @Override
    public String toString() {
        return from + "/" + to;
    }
}
