package dev.caravan.source;

import dev.caravan.fetch.LoopbackVendor.Delivery;
import dev.caravan.fetch.LoopbackVendor.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A way in which an answer can be wrong.
 *
 * @param name what it is
 * @param tries how often a request that always meets it is asked in all, where the contract of all sources says so; one
 *     retry is set
 * @param spoil makes the wrong answer of the right one
 */
public record Fault(String name, OptionalInt tries, UnaryOperator<Reply> spoil) {
    private static final int ONCE = 1;
    private static final int TWICE = 2;
    private static final String PAGE =
            "<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head><body>Checking</body></html>";

    /** An answer without a body. */
    public static final Fault EMPTY = new Fault("an empty body", OptionalInt.of(TWICE), reply -> Reply.of(200, ""));

    /** What ends a request for good by its status, whatever the vendor. */
    private static final List<Integer> TERMINAL = List.of(400, 401, 402, 403, 404, 410);

    /** What another try may heal. */
    private static final List<Integer> HEALING = List.of(408, 429, 500, 502, 503, 504);

    /**
     * @param status a status that is no success
     * @param tries how often a request that always gets it is asked
     * @return the fault that it is
     */
    private static Fault status(int status, int tries) {
        return new Fault("status " + status, OptionalInt.of(tries), reply -> Reply.of(status, "no " + status));
    }

    /**
     * @param text the whole body of an answer of status 200 that is none
     * @return the fault that it is
     */
    public static Fault body(String text) {
        return new Fault("the body " + text, OptionalInt.empty(), reply -> Reply.of(200, text));
    }

    /** @return the status of the wrong answer */
    int status() {
        return spoil.apply(Reply.of(200, "right")).status();
    }

    /** @return a failure that several tries do not heal */
    public static Fault outage() {
        return status(503, TWICE);
    }

    /**
     * @param key the account's key
     * @return a refusal whose text repeats it
     */
    static Fault repeating(String key) {
        return new Fault(
                "a refusal that repeats the key",
                OptionalInt.of(ONCE),
                reply -> Reply.of(403, "{\"error\":\"the key " + key + " is refused\"}"));
    }

    /** @return of the faults of the way, one of each sort */
    static List<Fault> ofSome() {
        return List.of(outage(), page(200, TWICE), cutOff("cut off before its length", Delivery.CUT_OFF));
    }

    /** @return the faults of the way between a vendor and us, which any vendor's answers can have */
    static List<Fault> ofTheWay() {
        List<Fault> faults = new ArrayList<>();
        TERMINAL.forEach(status -> faults.add(status(status, ONCE)));
        HEALING.forEach(status -> faults.add(status(status, TWICE)));
        faults.add(page(200, TWICE));
        faults.add(page(403, ONCE));
        faults.add(cutOff("cut off before its length", Delivery.CUT_OFF));
        faults.add(cutOff("cut off between chunks", Delivery.CUT_OFF_CHUNKED));
        return faults;
    }

    private static Fault page(int status, int tries) {
        return new Fault(
                "a page of status " + status,
                OptionalInt.of(tries),
                reply -> new Reply(status, PAGE, Map.of("Content-Type", "text/html; charset=utf-8")));
    }

    private static Fault cutOff(String name, Delivery delivery) {
        return new Fault(
                name,
                OptionalInt.of(TWICE),
                reply -> new Reply(reply.status(), reply.body(), reply.headers(), delivery));
    }

    @Override
    public String toString() {
        return name;
    }
}
