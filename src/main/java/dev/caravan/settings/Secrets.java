package dev.caravan.settings;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
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
        KNOWN.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
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

    /** @return how many secrets are known; for tests and the start-up line */
    static List<String> known() {
        return List.copyOf(KNOWN);
    }

    /** Holds text back to the end of its line (or a flush), so that a secret that arrives in two pieces is seen whole. */
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
            if (value == '\n' || value == '\r' || line.size() >= LONGEST) {
                release();
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
            release();
            target.flush();
        }

        private void release() {
            if (line.size() > 0) {
                byte[] masked = mask(line.toString(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
                target.write(masked, 0, masked.length);
                line.reset();
            }
        }
    }
}
