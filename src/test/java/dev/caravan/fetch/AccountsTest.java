package dev.caravan.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which account can be asked, and how fast. */
final class AccountsTest {
    private static Accounts accounts(Map<String, String> settings) {
        return new Accounts(Settings.load(TestHome.project(), Map.of(), settings, false));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "coingecko, -, -, -",
                "coingecko, none, -, -",
                "coingecko, demo, -, 'no key: set COINGECKO_API_KEY, which the tier demo needs'",
                "coingecko, pro, -, 'no key: set COINGECKO_API_KEY, which the tier pro needs'",
                "coingecko, pro, k-of-accounts-test, -",
                "defillama, -, -, -",
                "defillama, pro, -, 'no key: set DEFILLAMA_API_KEY, which the tier pro needs'",
                "velo, -, -, 'no key: set VELO_API_KEY'",
                "alphavantage, premium, -, 'no key: set ALPHAVANTAGE_API_KEY'"
            })
    void aTierThatNeedsAKeyIsNotConfiguredWithoutOne(String source, String tier, String key, String reason) {
        Map<String, String> settings = new HashMap<>();
        if (tier != null) {
            settings.put(source + ".api.tier", tier);
        }
        if (key != null) {
            settings.put(source + ".api.key", key);
        }
        assertThat(accounts(settings).notConfigured(source).orElse(null)).isEqualTo(reason);
    }

    @Test
    void theDegradedRateIsNeverFasterThanTheRate() {
        assertThat(accounts(Map.of()).degradedRate("velo")).hasToString("60/30s");
        assertThat(accounts(Map.of("velo.rate.key", "30/30s")).degradedRate("velo"))
                .hasToString("30/30s");
        assertThat(accounts(Map.of()).degradedRate("defillama")).hasToString("5/1s");
        assertThat(accounts(Map.of("defillama.rate.degraded", "1/1s")).degradedRate("defillama"))
                .hasToString("1/1s");
    }
}
