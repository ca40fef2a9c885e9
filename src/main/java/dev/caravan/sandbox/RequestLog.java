package dev.caravan.sandbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The latest requests to the sandbox, for tests that ask what was sent and when. Safe for use by many threads. */
public final class RequestLog {
    /** Older requests are forgotten beyond this number. */
    public static final int CAPACITY = 100_000;

    private final Deque<Entry> entries = new ArrayDeque<>();

    RequestLog() {}

    /**
     * One request.
     *
     * @param vendor the vendor's name, for instance {@code defillama}
     * @param method the HTTP method
     * @param path the path as sent, with the prefix that stands for the vendor's host
     * @param query the query as sent, empty when there is none
     * @param headers the header fields, names in lower case
     * @param arrivedNanos {@link System#nanoTime} when the request was noticed, before any work on it
     * @param status the status answered
     * @param gzip whether the answer was compressed
     */
    public record Entry(
            String vendor,
            String method,
            String path,
            String query,
            Map<String, String> headers,
            long arrivedNanos,
            int status,
            boolean gzip) {}

    /** The requests to a vendor in the order answered, of all vendors for {@code *}. */
    public synchronized List<Entry> entries(String vendor) {
        List<Entry> found = new ArrayList<>();
        for (Entry entry : entries) {
            if (vendor.equals("*") || vendor.equals(entry.vendor())) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Forgets all requests. */
    public synchronized void clear() {
        entries.clear();
    }

    synchronized void add(Entry entry) {
        if (entries.size() == CAPACITY) {
            entries.removeFirst();
        }
        entries.addLast(entry);
    }
}
