package dev.caravan.sandbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The bytes of an answer, kept either plain or compressed and given out either way. */
final class Body {
    private final byte[] bytes;
    private final boolean compressed;
    private final int length;

    private Body(byte[] bytes, boolean compressed, int length) {
        this.bytes = bytes;
        this.compressed = compressed;
        this.length = length;
    }

    /** A body held plain. */
    static Body plain(byte[] bytes) {
        return new Body(bytes, false, bytes.length);
    }

    /** A text in UTF-8. */
    static Body text(String text) {
        return plain(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A body held compressed, whose plain form has {@code length} bytes. */
    static Body compressed(byte[] gzip, int length) {
        return new Body(gzip, true, length);
    }

    /** Bytes of the plain form. */
    int length() {
        return length;
    }

    /** Bytes that keeping this body costs. */
    int kept() {
        return bytes.length;
    }

    /** Writes the plain form, without building it in memory when it is held compressed. */
    void writeTo(OutputStream out) throws IOException {
        if (!compressed) {
            out.write(bytes);
            return;
        }
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 15)) {
            plain.transferTo(out);
        }
    }

    /** The gzip form. */
    byte[] gzip() throws IOException {
        if (compressed) {
            return bytes;
        }
        ByteArrayOutputStream sink = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(sink)) {
            gzip.write(bytes);
        }
        return sink.toByteArray();
    }

    /** A short fingerprint of the content, for an ETag. */
    String fingerprint() {
        long hash = length;
        for (byte value : bytes) {
            hash = hash * 31 + value;
        }
        return Long.toHexString(Chance.hash(hash, length));
    }
}
