package dev.caravan.sandbox;

import java.util.Map;

/** A vendor that the sandbox plays. Implementations hold no state that changes and are used by many threads. */
interface Vendor {
    /** The name that faults and the request log use, for instance {@code coingecko}. */
    String name();

    /** The settings that point a client here, each with the path that stands for the vendor's host and base path. */
    Map<String, String> endpoints();

    /** Answers a GET request below one of the {@link #endpoints() paths}; unknown routes get a 404 in plain text. */
    Answer answer(Request request);

    /** The error that the vendor documents for a status, in its own body shape. */
    Answer error(int status, Request request);
}
