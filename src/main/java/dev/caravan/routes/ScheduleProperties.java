package dev.caravan.routes;

import dev.caravan.fetch.Accounts;
import dev.caravan.settings.Settings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.spi.PropertiesSource;

/**
 * What the schedule's routes ask for a source that came with its own files, perhaps while the program runs:
 * {@code schedule.<source>}, its hours; {@code schedule.<source>.enabled}, whether they hold; {@code schedule.<source>.at-start},
 * whether it is pulled at once. What the settings say has the first word.
 */
final class ScheduleProperties implements PropertiesSource {
    private static final Pattern REFRESH = Pattern.compile("refresh\\.[a-z0-9-]+");
    private static final Pattern NAME = Pattern.compile("schedule\\.([a-z0-9-]+)(\\.enabled|\\.at-start)?");

    private final Settings settings;
    private volatile boolean started;

    /**
     * @param settings {@code schedule.*}, {@code refresh.*}; {@code schedule.enabled} is set by the daemon
     */
    ScheduleProperties(Settings settings) {
        this.settings = settings;
    }

    /** From now on nothing is pulled only because its route was loaded. */
    void started() {
        started = true;
    }

    @Override
    public String getName() {
        return "schedule";
    }

    @Override
    public String getProperty(String name) {
        if (REFRESH.matcher(name).matches()) {
            return settings.optional(name).orElseGet(() -> settings.text("refresh.default"));
        }
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return null;
        }
        if (".at-start".equals(matcher.group(2)) && started) {
            return "false";
        }
        return settings.optional(name).orElseGet(() -> {
            if (matcher.group(2) == null) {
                return settings.text("schedule.default");
            }
            boolean daemon = settings.flag("schedule.enabled");
            boolean configured =
                    new Accounts(settings).notConfigured(matcher.group(1)).isEmpty();
            return String.valueOf(daemon && configured && matcher.group(2).equals(".enabled"));
        });
    }
}
