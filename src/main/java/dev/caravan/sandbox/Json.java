package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Writing JSON the way that the vendors' servers (JavaScript, Ruby) print it. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Something that can be written as one JSON value. */
    @FunctionalInterface
    interface Writer {
        /** Writes exactly one value. */
        void write(JsonGenerator json) throws IOException;
    }

    /** The value as plain bytes, for answers that are made afresh for each request. */
    static Body plain(Writer writer) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream(4_096);
        writeTo(sink, writer);
        return Body.plain(sink.toByteArray());
    }

    /** The value compressed as it is written, for big answers that are kept: its plain text never exists whole. */
    static Body compressed(Writer writer) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream(1 << 16);
        try (FastGzip gzip = new FastGzip(sink)) {
            CountingStream counting = new CountingStream(gzip);
            writeTo(counting, writer);
            gzip.finish();
            return Body.compressed(sink.toByteArray(), counting.count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeTo(OutputStream sink, Writer writer) {
        try (JsonGenerator json = FACTORY.createGenerator(sink)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            writer.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A number as JavaScript prints it: no exponent for large values, no {@code .0}. */
    static void number(JsonGenerator json, double value) throws IOException {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e15) {
            json.writeNumber((long) value);
        } else if (size >= 1e-3 && size < 1e7) {
            json.writeNumber(value);
        } else if (size >= 1e-7) {
            json.writeNumber(new BigDecimal(Double.toString(value)).toPlainString());
        } else {
            json.writeNumber(value);
        }
    }

    /** A field with a number as JavaScript prints it. */
    static void number(JsonGenerator json, String field, double value) throws IOException {
        json.writeFieldName(field);
        number(json, value);
    }

    /** A field with a text, or null. */
    static void text(JsonGenerator json, String field, String valueOrNull) throws IOException {
        if (valueOrNull == null) {
            json.writeNullField(field);
        } else {
            json.writeStringField(field, valueOrNull);
        }
    }

    /** A field with an array of texts. */
    static void texts(JsonGenerator json, String field, Iterable<String> values) throws IOException {
        json.writeArrayFieldStart(field);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** An array of a time and a number. */
    static void pair(JsonGenerator json, long time, double value) throws IOException {
        json.writeStartArray();
        json.writeNumber(time);
        number(json, value);
        json.writeEndArray();
    }

    /** Compression for speed: the sandbox must not be the slow side of a test. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream sink) throws IOException {
            super(sink, 1 << 15);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    private static final class CountingStream extends OutputStream {
        private final OutputStream sink;
        private int count;

        CountingStream(OutputStream sink) {
            this.sink = sink;
        }

        @Override
        public void write(int value) throws IOException {
            sink.write(value);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            sink.write(bytes, offset, length);
            count += length;
        }
    }
}
