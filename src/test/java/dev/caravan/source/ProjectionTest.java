package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of an answer while it streams by. */
final class ProjectionTest {
    private static JsonNode kept(String text, String... fields) throws IOException {
        return new ProjectedJson()
                .read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), List.of(fields));
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void namedFieldsAreKeptAndOthersDropped() throws IOException {
        assertThat(kept("{'slug':'a','x':{'slug':'no','tvl':9},'tvl':1}".replace('\'', '"'), "slug", "tvl"))
                .isEqualTo(json("{\"slug\":\"a\",\"tvl\":1}"));
    }

    @Test
    void aPathKeepsAllBelowItsLastName() throws IOException {
        String text = "{\"circulating\":{\"peggedEUR\":{\"deep\":[1,{\"x\":null}]}},\"chains\":[\"no\"]}";
        assertThat(kept(text, "circulating"))
                .isEqualTo(json("{\"circulating\":{\"peggedEUR\":{\"deep\":[1,{\"x\":null}]}}}"));
    }

    @Test
    void aNestedPathKeepsItsBranchOnly() throws IOException {
        String text = "{\"tvl\":3,\"chainTvls\":{\"Base\":1,\"borrowed\":2,\"Base-borrowed\":2},\"borrowed\":7}";
        assertThat(kept(text, "chainTvls.borrowed")).isEqualTo(json("{\"chainTvls\":{\"borrowed\":2}}"));
    }

    @Test
    void twoPathsThroughOneNameKeepBothBranches() throws IOException {
        String text = "{\"a\":{\"b\":1,\"c\":2,\"d\":3}}";
        assertThat(kept(text, "a.b", "a.d")).isEqualTo(json("{\"a\":{\"b\":1,\"d\":3}}"));
    }

    @Test
    void anArrayAtTheRootIsPassedThrough() throws IOException {
        String text = "[{\"id\":\"a\",\"image\":\"x\"},{\"image\":\"y\",\"id\":\"b\"}]";
        assertThat(kept(text, "id")).isEqualTo(json("[{\"id\":\"a\"},{\"id\":\"b\"}]"));
    }

    @Test
    void anArrayInAPathIsPassedThrough() throws IOException {
        String text = "{\"protocols\":[{\"slug\":\"a\",\"junk\":[1,2]},{\"slug\":\"b\"}],\"total24h\":5}";
        assertThat(kept(text, "protocols.slug")).isEqualTo(json("{\"protocols\":[{\"slug\":\"a\"},{\"slug\":\"b\"}]}"));
    }

    @Test
    void nullsAndZerosAreKept() throws IOException {
        assertThat(kept("{\"tvl\":null,\"pool2\":0,\"x\":0}", "tvl", "pool2"))
                .isEqualTo(json("{\"tvl\":null,\"pool2\":0}"));
    }

    @Test
    void anEmptyProjectionKeepsAll() throws IOException {
        String text = "{\"a\":[1,{\"b\":null}],\"c\":{}}";
        assertThat(kept(text)).isEqualTo(json(text));
    }

    @Test
    void anEmptyArrayAtTheRootStaysAnArray() throws IOException {
        assertThat(kept("[]", "id")).isEqualTo(json("[]"));
    }

    @Test
    void anEmptyArrayUnderAKeptNameStaysAnArray() throws IOException {
        assertThat(kept("{\"peggedAssets\":[],\"chains\":[]}", "peggedAssets.id"))
                .isEqualTo(json("{\"peggedAssets\":[]}"));
    }

    @Test
    void anArrayWhoseElementsKeepNothingStaysAnArray() throws IOException {
        JsonNode tree = kept("{\"protocols\":[{\"junk\":1}]}", "protocols.slug");
        assertThat(tree.path("protocols").isArray()).isTrue();
    }

    @Test
    void emptyContainersBelowTheLastNameAreKept() throws IOException {
        String text = "{\"peggedAssets\":[{\"id\":\"1\",\"circulating\":{}}],\"allChains\":[]}";
        assertThat(kept(text, "peggedAssets.id", "peggedAssets.circulating", "allChains"))
                .isEqualTo(json(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"35.25", "0", "\"Internal Error\"", "null", "true"})
    void aScalarAtTheRootIsKept(String text) throws IOException {
        assertThat(kept(text, "protocols.slug")).isEqualTo(json(text));
        assertThat(kept(text)).isEqualTo(json(text));
    }

    @Test
    void aScalarWhereAnObjectWasExpectedIsKept() throws IOException {
        assertThat(kept("{\"protocols\":7}", "protocols.slug")).isEqualTo(json("{\"protocols\":7}"));
    }

    @Test
    void anExponentKeepsItsValue() throws IOException {
        JsonNode tree = kept("{\"a\":1.5770767167073295e+37,\"b\":1e-08,\"c\":2.7E15}", "a", "b", "c");
        assertThat(tree.path("a").doubleValue()).isEqualTo(1.5770767167073295e37);
        assertThat(tree.path("b").doubleValue()).isEqualTo(1e-8);
        assertThat(tree.path("c").doubleValue()).isEqualTo(2.7e15);
    }

    @Test
    void aWholeNumberBeyondLongKeepsItsValue() throws IOException {
        JsonNode tree = kept("{\"a\":123456789012345678901234567890}", "a");
        assertThat(tree.path("a").doubleValue()).isEqualTo(1.2345678901234568e29);
    }

    @Test
    void aNumberWithMoreDigitsThanADoubleHoldsIsRead() throws IOException {
        JsonNode tree = kept("{\"a\":3.14159265358979323846264338327950288419716939937510582}", "a");
        assertThat(tree.path("a").doubleValue()).isEqualTo(Math.PI);
    }
}
