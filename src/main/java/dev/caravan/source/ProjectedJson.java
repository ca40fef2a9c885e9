package dev.caravan.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.settings.Secrets;
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

    private final ObjectMapper mapper = new ObjectMapper();

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
        try (JsonParser parser = mapper.createParser(recorder)) {
            if (parser.nextToken() == null) {
                throw new TransientFailure("an empty answer", 200, null, RETRIES, null);
            }
            JsonNode tree = Projection.of(kept).read(parser, mapper.reader());
            if (parser.nextToken() != null) {
                throw new TransientFailure("the answer goes on after its end", 200, null, RETRIES, null)
                        .holding(recorder.head());
            }
            return tree;
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
        private static final int SHOWN = 2_000;
        /** A key that is cut off at the end of what is remembered lies beyond what is shown. */
        private static final int LENGTH = 2 * SHOWN;

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
            String text = Secrets.mask(head.toString(StandardCharsets.UTF_8));
            return text.substring(0, Math.min(text.length(), SHOWN));
        }
    }
}
