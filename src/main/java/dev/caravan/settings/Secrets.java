package dev.caravan.settings;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The one place where secrets are masked. Every secret that is read from the settings is named here, and all that leaves
 * the process for a person, a table or a log passes {@link #mask}.
 */
public final class Secrets {
    /** What stands where a secret stood. */
    public static final String MASK = "***";

    private static final int SHORTEST = 3;
    // The longest first, so that a secret which holds another one is masked whole.
    private static final Set<String> KNOWN = new ConcurrentSkipListSet<>(
            Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    private Secrets() {}

    /**
     * Remembers a secret for the life of the process.
     *
     * @param secret the value; null and values below three characters are passed over, as masking them would blot out
     *     ordinary text
     */
    public static void register(String secret) {
        if (secret == null || secret.length() < SHORTEST) {
            return;
        }
        KNOWN.add(secret);
        String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        KNOWN.add(encoded);
        KNOWN.add(encoded.replace("+", "%20").replace("*", "%2A")); // outside of forms
    }

    /**
     * @param text any text, or null
     * @return the same text with every known secret replaced by {@link #MASK}; null for null
     */
    public static String mask(String text) {
        if (text == null) {
            return null;
        }
        String masked = text;
        for (String secret : KNOWN) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }

    /**
     * Puts the mask in front of standard output and standard error, and so in front of every log line and stack trace.
     * Must run before the logging system looks at the streams.
     */
    public static void guardStandardStreams() {
        System.setOut(guard(System.out));
        System.setErr(guard(System.err));
    }

    private static PrintStream guard(PrintStream stream) {
        return new PrintStream(new MaskingStream(stream), true, StandardCharsets.UTF_8);
    }

    /**
     * Holds text back to the end of its line. A flush lets a line go before its end, but not what may be the beginning of a
     * secret, so that one which arrives in pieces is seen whole.
     */
    private static final class MaskingStream extends OutputStream {
        private static final int LONGEST = 64 * 1024;
        private final PrintStream target;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        MaskingStream(PrintStream target) {
            this.target = target;
        }

        @Override
        public synchronized void write(int value) {
            line.write(value);
            if (value == '\n') {
                release(0);
            } else if (line.size() >= LONGEST) {
                release(beginningOfSecret());
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }

        @Override
        public synchronized void flush() {
            release(beginningOfSecret());
            target.flush();
        }

        @Override
        public synchronized void close() {
            release(0);
            target.flush();
        }

        /** How many of the last bytes may be the beginning of a secret. Bytes are compared as Latin-1, one to one. */
        private int beginningOfSecret() {
            String text = line.toString(StandardCharsets.ISO_8859_1);
            int longest = 0;
            for (String secret : KNOWN) {
                String bytes = new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                for (int length = Math.min(bytes.length() - 1, text.length()); length > longest; length--) {
                    if (text.endsWith(bytes.substring(0, length))) {
                        longest = length;
                    }
                }
            }
            return longest;
        }

        private void release(int heldBack) {
            byte[] bytes = line.toByteArray();
            int released = bytes.length - heldBack;
            if (released > 0) {
                byte[] masked = maskBytes(bytes, released);
                target.write(masked, 0, masked.length);
                line.reset();
                line.write(bytes, released, heldBack);
            }
        }

        private static byte[] maskBytes(byte[] bytes, int length) {
            String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            for (String secret : KNOWN) {
                text = text.replace(
                        new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1), MASK);
            }
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
