package dev.caravan.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many requests a vendor account permits in any window of a given length.
 *
 * @param permits requests, at least one
 * @param window length of the sliding window
 */
public record Rate(int permits, Duration window) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*/\\s*(\\d{0,6})\\s*s");

    /** Checks that both parts are positive. */
    public Rate {
        if (permits < 1 || window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("a rate needs at least one request and a window longer than nothing");
        }
    }

    /**
     * Reads the form of the settings file: {@code 15/1s}, {@code 6/60s}, {@code 120/30s}.
     *
     * @param text the setting's value
     * @return the rate
     * @throws IllegalArgumentException when the text has another form; the message names the form
     */
    public static Rate parse(String text) {
        Matcher form = FORM.matcher(text.trim());
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a rate: write requests/seconds, such as 15/1s");
        }
        long seconds = form.group(2).isEmpty() ? 1 : Long.parseLong(form.group(2));
        return new Rate(Integer.parseInt(form.group(1)), Duration.ofSeconds(seconds));
    }

    /**
     * @return the distance of evenly spaced requests, in seconds
     */
    public double gapSeconds() {
        return window.toNanos() / 1e9 / permits;
    }

    /**
     * @return requests in a minute, rounded up, at least one: the unit of the visible throttle in {@code routes/common}
     */
    public long perMinute() {
        return Math.max(1, (long) Math.ceil(permits * 60e9 / window.toNanos()));
    }

    @Override
    public String toString() {
        return permits + "/" + window.toSeconds() + "s";
    }
}
