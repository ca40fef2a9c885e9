package dev.caravan.sandbox;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The ways in which a vendor can misbehave. */
public enum FaultKind {
    /** Status 429 with the vendor's body, with {@code Retry-After} when the rule has {@code retry_after}. */
    TOO_MANY_REQUESTS,
    /** Status 500, 502, 503 or 504. */
    SERVER_ERROR,
    /** The right answer, late. */
    SLOW,
    /** Half of the right answer, then the connection is closed. */
    CUT_OFF,
    /** Status 200 with a page of a content delivery network. */
    HTML,
    /** Status 200 with valid JSON of another type than documented. */
    WRONG_TYPE,
    /** Status 200 without a body. */
    EMPTY,
    /** Any status with the vendor's documented error body. */
    STATUS;

    /** The name used in texts and JSON, for instance {@code cut_off}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of that name.
     *
     * @throws IllegalArgumentException when there is none; the message lists all
     */
    public static FaultKind of(String text) {
        for (FaultKind kind : values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown fault kind '" + text + "'; known: "
                + Arrays.stream(values()).map(FaultKind::text).collect(Collectors.joining(", ")));
    }
}
