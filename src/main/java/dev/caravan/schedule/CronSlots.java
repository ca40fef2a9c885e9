package dev.caravan.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.quartz.CronExpression;

/** The instants of a cron expression, backwards too: Quartz itself only looks forward. */
final class CronSlots {
    private static final Duration LONGEST = Duration.ofDays(9 * 366); // 29 February, over a century without one

    private CronSlots() {}

    /**
     * @param cron the expression, in its own time zone
     * @param at any instant
     * @return the latest instant of the expression that is not after it
     * @throws IllegalArgumentException when there is none within nine years
     */
    static Instant latest(CronExpression cron, Instant at) {
        for (Duration back = Duration.ofSeconds(1); back.compareTo(LONGEST) < 0; back = back.multipliedBy(2)) {
            Instant slot = next(cron, at.minus(back));
            if (!slot.isAfter(at)) {
                Instant following = next(cron, slot);
                while (!following.isAfter(at)) {
                    slot = following;
                    following = next(cron, slot);
                }
                return slot;
            }
        }
        throw new IllegalArgumentException("the cron expression " + cron + " had no slot before " + at);
    }

    /**
     * @param cron the expression
     * @param after any instant
     * @return the first instant of the expression after it; {@link Instant#MAX} when there is none
     */
    static Instant next(CronExpression cron, Instant after) {
        Date next = cron.getNextValidTimeAfter(Date.from(after));
        return next == null ? Instant.MAX : next.toInstant();
    }
}
