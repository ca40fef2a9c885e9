package dev.caravan.fetch;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Rate;
import dev.caravan.settings.Settings;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The vendor accounts: which key and tier each has, and the rate that its tier permits. */
public final class Accounts {
    private final Settings settings;
    private final Map<String, Rate> limits = new ConcurrentHashMap<>();

    /**
     * @param settings the settings in force
     */
    public Accounts(Settings settings) {
        this.settings = settings;
    }

    /**
     * @param source the source
     * @return the tier in force: the one that is set, else the one that the settings name for with or without a key, else
     *     {@code key} or {@code none}
     */
    public String tier(String source) {
        boolean keyed = key(source).isPresent();
        return settings.optional(source + ".api.tier")
                .or(() -> settings.optional(source + (keyed ? ".tier.with-key" : ".tier.without-key")))
                .orElse(keyed ? "key" : "none");
    }

    /**
     * @param source the source
     * @return its key, if it has one
     */
    public Optional<String> key(String source) {
        return settings.optional(source + ".api.key");
    }

    /**
     * @param source the source
     * @return the rate that its tier permits, over all that this installation asks; a slower one where the vendor said so;
     *     of a source without any tier in the settings, {@code fetch.rate.default}
     * @throws ConfigurationException when the tier is unknown
     */
    public Rate rate(String source) {
        String tier = tier(source);
        if (settings.optional(source + ".rate." + tier).isEmpty()) {
            if (settings.optional(source + ".tier.without-key").isEmpty()) {
                return settings.rate("fetch.rate.default");
            }
            throw new ConfigurationException("the tier '" + tier + "' of " + source
                    + " is unknown: there is no setting " + source + ".rate." + tier);
        }
        Rate set = settings.rate(source + ".rate." + tier);
        Rate limit = limits.get(source);
        return limit != null && limit.gapSeconds() > set.gapSeconds() ? limit : set;
    }

    /**
     * Keeps an account to what its vendor permits, from now on, where that is slower than what is set.
     *
     * @param source the source
     * @param rate the vendor's word
     */
    void limit(String source, Rate rate) {
        limits.put(source, rate);
    }

    /**
     * @param source the source
     * @return the rate that is kept to while its vendor is not well, from {@code X.rate.degraded}; its rate where there is
     *     no such setting, or one that is no slower
     */
    public Rate degradedRate(String source) {
        Rate full = rate(source);
        String name = source + ".rate.degraded";
        if (settings.optional(name).isEmpty()) {
            return full;
        }
        Rate degraded = settings.rate(name);
        return degraded.gapSeconds() > full.gapSeconds() ? degraded : full;
    }

    /**
     * @param source the source
     * @return requests a minute for the throttle in {@code routes/common/fetch.camel.yaml}
     */
    public long perMinute(String source) {
        return rate(source).perMinute();
    }

    /**
     * @param source the source
     * @return why it cannot be asked, or nothing when it can
     */
    public Optional<String> notConfigured(String source) {
        if (key(source).isPresent()) {
            return Optional.empty();
        }
        String advice = "no key: set " + source.toUpperCase(Locale.ROOT) + "_API_KEY";
        if (settings.flag(source + ".key-required")) {
            return Optional.of(advice);
        }
        // A tier that was set without its key would be asked at a rate that the vendor does not permit.
        return settings.optional(source + ".api.tier")
                .filter(tier -> !tier.equals(
                        settings.optional(source + ".tier.without-key").orElse("none")))
                .map(tier -> advice + ", which the tier " + tier + " needs");
    }
}
