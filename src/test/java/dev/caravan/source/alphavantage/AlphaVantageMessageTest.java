package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.source.alphavantage.AlphaVantageMessage.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts of the contract, section 5, each with the advertising that surrounds it. */
final class AlphaVantageMessageTest {
    private static AlphaVantageMessage message(String key, String text) {
        ObjectNode object = new ObjectMapper().createObjectNode().put(key, text);
        return AlphaVantageMessage.of(object).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Error Message|Invalid API call. Please retry or visit the documentation for TIME_SERIES_DAILY.|INVALID_CALL",
                "Error Message|the parameter apikey is invalid or missing. Please claim your free API key.|KEY",
                "Error Message|This API function (TIME_SERIES_DALY) does not exist.|NO_SUCH_FUNCTION",
                "Information|Thank you for using Alpha Vantage! Please consider spreading out your free API requests more"
                        + " sparingly (1 request per second). You may subscribe to any of the premium plans to lift the"
                        + " free key rate limit (25 requests per day), raise the per-second burst limit, and instantly"
                        + " unlock all premium endpoints|BURST",
                "Information|Burst pattern detected. Please keep below 5 requests per second.|BURST",
                "Information|We have detected your API key as ABCDEFGH12345678 and our standard API rate limit is 25"
                        + " requests per day. Please subscribe to any of the premium plans.|DAY_SPENT",
                "Information|Please contact premium@alphavantage.co if you are targeting a higher API call volume.|TOO_MANY_A_MINUTE",
                "Information|Thank you! The outputsize=full parameter value is a premium feature for this"
                        + " endpoint.|NOT_IN_PLAN",
                "Information|Thank you! This is a premium endpoint. You may subscribe to any of the premium"
                        + " plans.|NOT_IN_PLAN",
                "Information|Minute-level rate limit exceed.|TOO_MANY_A_MINUTE",
                "Information|The **demo** API key is for demo purposes only. Please claim your free API key.|KEY",
                "Note|Thank you! Our standard API call frequency is 5 calls per minute and 500 calls per day. Please"
                        + " visit our premium page.|TOO_MANY_A_MINUTE",
                "message|This is artificial sample data. Subscribe to a premium plan.|NOT_IN_PLAN",
                "Information|We are moving our servers. Have a premium day.|OTHER"
            })
    void aTextIsKnownByItsPhraseAndNotByItsAdvertising(String key, String text, Kind expected) {
        assertThat(message(key, text).kind()).isEqualTo(expected);
    }

    @Test
    void limitsOfSecondsAndMinutesHealByWaitingAndSilenceTheAccount() {
        VendorFailure burst =
                message("Information", "spreading out your free API requests").failure();
        assertThat(burst).isInstanceOfSatisfying(TransientFailure.class, failure -> {
            assertThat(failure.status()).isEqualTo(429);
            assertThat(failure.retryAfter())
                    .isBetween(java.time.Duration.ofSeconds(1), java.time.Duration.ofSeconds(5));
        });
        VendorFailure minute = message("Note", "5 calls per minute").failure();
        assertThat(minute).isInstanceOfSatisfying(TransientFailure.class, failure -> assertThat(failure.retryAfter())
                .hasSeconds(60));
    }

    @Test
    void planKeyAndDayAreNotTriedAgainAndStopThePull() {
        for (String text : List.of(
                "this is a premium feature",
                "apikey is invalid or missing",
                "standard API rate limit is 25 requests per day")) {
            AlphaVantageMessage message = message("Information", text);
            assertThat(message.failure()).isInstanceOf(TerminalFailure.class);
            assertThat(message.kind().stopsThePull()).isTrue();
        }
        assertThat(Kind.INVALID_CALL.stopsThePull()).isFalse();
        assertThat(Kind.BURST.stopsThePull()).isFalse();
    }

    @Test
    void aKeyInAnUnknownTextIsNotRepeated() {
        VendorFailure failure = message("Information", "We saw your API key as QWERTY1234567890 and frowned.")
                .failure();
        assertThat(failure.getMessage()).contains("frowned").doesNotContain("QWERTY");
        assertThat(failure.fragment())
                .hasValueSatisfying(text -> assertThat(text).doesNotContain("QWERTY"));
    }

    @Test
    void dataIsNoMessage() {
        assertThat(AlphaVantageMessage.of(new ObjectMapper().createObjectNode()))
                .isEmpty();
    }
}
