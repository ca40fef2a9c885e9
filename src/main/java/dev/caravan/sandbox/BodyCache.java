package dev.caravan.sandbox;

import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps big answers, compressed, until newer ones need the room. Safe for use by many threads. */
final class BodyCache {
    private static final long MOST_BYTES = 24L << 20;

    private final ConcurrentHashMap<String, Body> bodies = new ConcurrentHashMap<>();
    private final Queue<String> oldestFirst = new ConcurrentLinkedQueue<>();
    private final AtomicLong keptBytes = new AtomicLong();

    /** The answer of that key and hour, written once however many ask at the same time. */
    Body get(String key, Request request, Json.Writer writer) {
        String hourly = key + "@" + request.hourSecond();
        Body body = bodies.computeIfAbsent(hourly, unused -> {
            Body made = Json.compressed(writer);
            keptBytes.addAndGet(made.kept());
            oldestFirst.add(hourly);
            return made;
        });
        while (keptBytes.get() > MOST_BYTES) {
            String oldest = oldestFirst.poll();
            if (oldest == null) {
                break;
            }
            Body dropped = bodies.remove(oldest);
            if (dropped != null) {
                keptBytes.addAndGet(-dropped.kept());
            }
        }
        return body;
    }
}
