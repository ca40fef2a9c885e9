package dev.caravan.backfill;

import dev.caravan.ingest.Granularity;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Layers;
import dev.caravan.settings.Settings;
import java.time.Instant;

/** When a source's series have values at all: a bucket that is not expected is never missing. */
@FunctionalInterface
public interface Calendar {
    /** The name of the calendar of markets that never close. */
    String ALWAYS = "always";

    /** The name of the calendar of the New York exchanges. */
    String US_EQUITIES = "us-equities";

    /**
     * @param granularity length of the bucket
     * @param bucket its beginning, UTC
     * @return whether there should be a value
     */
    boolean expects(Granularity granularity, Instant bucket);

    /** @return whether it expects every bucket, so that counting them tells whether one is missing */
    default boolean isAlways() {
        return false;
    }

    /**
     * @param name {@code always} or {@code us-equities}
     * @param layers the folders that hold {@code config/calendars}
     * @return the calendar
     * @throws ConfigurationException when there is none of that name, or its file cannot be read
     */
    static Calendar of(String name, Layers layers) {
        return switch (name) {
            case ALWAYS -> new EveryBucket();
            case US_EQUITIES -> TradingCalendar.of(layers);
            default ->
                throw new ConfigurationException(
                        "there is no calendar '" + name + "': use " + ALWAYS + " or " + US_EQUITIES);
        };
    }

    /**
     * @param source a source
     * @param settings {@code X.calendar} of a source X, else {@code calendar.default}
     * @return its calendar
     * @throws ConfigurationException when the setting names none, or its file cannot be read
     */
    static Calendar ofSource(String source, Settings settings) {
        String name = settings.optional(source + ".calendar").orElseGet(() -> settings.text("calendar.default"));
        return of(name, settings.layers());
    }

    /** The calendar of markets that never close. */
    record EveryBucket() implements Calendar {
        @Override
        public boolean expects(Granularity granularity, Instant bucket) {
            return true;
        }

        @Override
        public boolean isAlways() {
            return true;
        }
    }
}
