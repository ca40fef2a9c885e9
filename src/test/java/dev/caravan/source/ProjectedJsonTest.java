package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are no answers, although their status is 200. */
final class ProjectedJsonTest {
    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Object unmarshal(String text, String... fields) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            exchange.setVariable(
                    "request",
                    VendorRequest.get("defillama", "http://127.0.0.1", "/v2/chains")
                            .fields(fields)
                            .build());
            return new ProjectedJson().unmarshal(exchange, bytes(text));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "[{\"name\":\"BSC\",\"tvl\":1}",
                "[{\"name\":\"BSC\",\"tvl\":1},",
                "[{\"name\":\"BS",
                "[{\"name\":\"BSC\",\"skipped\":[1,2",
                "[{\"name\":\"BSC\",\"skipped\":{\"deep\":{\"x\":",
                "{\"name\":\"BSC\",\"skipped\":tru"
            })
    void aTruncatedAnswerIsTransientAndTriedOnceMore(String text) {
        TransientFailure failure = catchThrowableOfType(
                TransientFailure.class, () -> new ProjectedJson().read(bytes(text), List.of("name", "tvl")));
        assertThat(failure).hasMessageContaining("not JSON to its end");
        assertThat(failure.status()).isEqualTo(200);
        assertThat(failure.retries()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n "})
    void nothingAtAllIsTransient(String text) {
        assertThatThrownBy(() -> new ProjectedJson().read(bytes(text), List.of("name")))
                .isInstanceOf(TransientFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"BSC\"} x",
                "{\"name\":\"BSC\"}}",
                "[{\"name\":\"BSC\"}]]",
                "[{\"name\":\"BSC\"}][{\"name\":\"BSC\"}]",
                "{\"name\":\"BSC\"}{\"other\":1}",
                "{\"name\":\"BSC\"}<html>",
                "12 13"
            })
    void whatFollowsTheAnswerIsTransient(String text) {
        assertThatThrownBy(() -> new ProjectedJson().read(bytes(text), List.of("name")))
                .isInstanceOf(TransientFailure.class);
        assertThatThrownBy(() -> new ProjectedJson().read(bytes(text), List.of()))
                .isInstanceOf(TransientFailure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "nan", "0x10", "01", ".5", "1.", "'1'"})
    void aTokenThatIsNotJsonIsTransient(String token) {
        assertThatThrownBy(() -> new ProjectedJson().read(bytes("{\"tvl\":" + token + "}"), List.of("tvl")))
                .isInstanceOf(TransientFailure.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 402, 403, 404, 410})
    void anEnvelopeOfAClientErrorIsTerminal(int status) {
        String text = "{\"statusCode\":" + status
                + ",\"body\":\"{\\\"message\\\":\\\"There is no chain with that name\\\"}\",\"headers\":{\"a\":\"b\"}}";
        TerminalFailure failure =
                catchThrowableOfType(TerminalFailure.class, () -> unmarshal(text, "name", "gecko_id", "tvl"));
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure).hasMessageContaining("There is no chain with that name");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void anEnvelopeOfAServerErrorIsTransient(int status) {
        String text = "{\"statusCode\":" + status + ",\"body\":\"later\"}";
        TransientFailure failure =
                catchThrowableOfType(TransientFailure.class, () -> unmarshal(text, "protocols.slug"));
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.retries()).isPositive();
    }

    @Test
    void anEnvelopeIsSeenWithoutAProjectionToo() {
        assertThatThrownBy(() -> unmarshal("{\"statusCode\":400,\"body\":\"no\"}"))
                .isInstanceOf(TerminalFailure.class);
    }

    @Test
    void anEnvelopeWithoutABodyIsSeen() {
        assertThatThrownBy(() -> unmarshal("{\"statusCode\":400}", "name")).isInstanceOf(TerminalFailure.class);
    }

    @Test
    void aStatusCodeInsideARowIsNoEnvelope() throws Exception {
        String text = "[{\"name\":\"BSC\",\"statusCode\":400}]";
        assertThat(((JsonNode) unmarshal(text, "name")).path(0).path("name").textValue())
                .isEqualTo("BSC");
    }

    @Test
    void anAnswerIsReadByTheFieldsOfItsRequest() throws Exception {
        Object tree = unmarshal("[{\"name\":\"BSC\",\"tvl\":0,\"chainId\":56}]", "name", "tvl");
        assertThat(tree).isEqualTo(new ObjectMapper().readTree("[{\"name\":\"BSC\",\"tvl\":0}]"));
    }

    @Test
    void umlautsAndEmojiSurvive() throws Exception {
        JsonNode tree = (JsonNode) unmarshal("{\"name\":\"Zürich \uD83D\uDC36\"}", "name");
        assertThat(tree.path("name").textValue()).isEqualTo("Zürich \uD83D\uDC36");
    }
}
