package dev.caravan.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The data format {@code projectedJson}: reads an answer as a stream and keeps of it, as a tree, the fields that the
 * request in the variable {@code request} names. Nine megabytes of protocols become a few hundred kilobytes.
 */
public final class ProjectedJson extends ServiceSupport implements DataFormat {
    private static final int RETRIES = 1;

    private final ObjectMapper mapper = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * @param exchange carries the variable {@code request}
     * @param stream the whole answer
     * @return a {@link JsonNode}
     * @throws TransientFailure when it is not JSON to its end, or an envelope that carries another status (DefiLlama
     *     contract, section 3)
     * @throws Exception when the buffered answer cannot be read
     */
    @Override
    public Object unmarshal(Exchange exchange, InputStream stream) throws Exception {
        VendorRequest request = exchange.getVariable("request", VendorRequest.class);
        JsonNode tree = read(stream, request == null ? List.of() : request.fields());
        if (tree.isObject() && tree.path("statusCode").isNumber()) {
            int status = tree.get("statusCode").asInt();
            String body = tree.path("body").asText("");
            if (status >= 400 && status < 500 && status != 429 && status != 408) {
                throw new TerminalFailure("an envelope of HTTP " + status + ": " + body, status);
            }
            throw new TransientFailure("an envelope of HTTP " + status + ": " + body, status, null, RETRIES, null);
        }
        return tree;
    }

    /**
     * @param stream JSON text
     * @param fields the paths to keep; none keeps all
     * @return what was kept
     * @throws TransientFailure when the text is not JSON to its end
     * @throws IOException when the stream cannot be read
     */
    public JsonNode read(InputStream stream, List<String> fields) throws IOException {
        List<String> kept = new ArrayList<>(fields);
        if (!kept.isEmpty()) {
            kept.add("statusCode");
            kept.add("body");
        }
        HeadRecorder recorder = new HeadRecorder(stream);
        try (JsonParser parser = new FilteringParserDelegate(
                mapper.createParser(recorder), Projection.of(kept), TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true)) {
            JsonNode tree = mapper.readTree(parser);
            return tree == null ? mapper.createObjectNode() : tree;
        } catch (JsonProcessingException e) {
            throw new TransientFailure(
                            "the answer is not JSON to its end: " + e.getOriginalMessage(), 200, null, RETRIES, e)
                    .holding(recorder.head());
        }
    }

    @Override
    public void marshal(Exchange exchange, Object graph, OutputStream stream) {
        throw new UnsupportedOperationException("answers are read, never written");
    }

    /** Remembers how an answer began, for the quarantine. */
    private static final class HeadRecorder extends FilterInputStream {
        private static final int LENGTH = 2_000;
        private final ByteArrayOutputStream head = new ByteArrayOutputStream();

        HeadRecorder(InputStream stream) {
            super(stream);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            if (value >= 0 && head.size() < LENGTH) {
                head.write(value);
            }
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0 && head.size() < LENGTH) {
                head.write(bytes, offset, Math.min(count, LENGTH - head.size()));
            }
            return count;
        }

        String head() {
            return head.toString(StandardCharsets.UTF_8);
        }
    }
}
