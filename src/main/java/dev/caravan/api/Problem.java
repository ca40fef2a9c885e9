package dev.caravan.api;

import java.util.List;

/** A request that cannot be answered, as RFC 9457 says it: a status, a stable code, and a detail that says what to do. */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<String> suggestions;

    /**
     * @param status the HTTP status
     * @param code stable, for programs
     * @param detail for people; never holds SQL, inner messages or keys
     * @param suggestions what may have been meant, or none
     */
    public Problem(int status, String code, String detail, List<String> suggestions) {
        super(detail);
        this.status = status;
        this.code = code;
        this.suggestions = List.copyOf(suggestions);
    }

    /**
     * @param detail what is wrong with which parameter, and what it takes
     * @return a 400 with the code {@code bad_parameter}
     */
    public static Problem badParameter(String detail) {
        return new Problem(400, "bad_parameter", detail, List.of());
    }

    /**
     * @param code what was not found, such as {@code unknown_asset}
     * @param detail for people
     * @param suggestions near misses
     * @return a 404
     */
    public static Problem notFound(String code, String detail, List<String> suggestions) {
        return new Problem(404, code, detail, suggestions);
    }

    /** @return the HTTP status */
    public int status() {
        return status;
    }

    /** @return stable, for programs */
    public String code() {
        return code;
    }

    /** @return what may have been meant */
    public List<String> suggestions() {
        return suggestions == null ? List.of() : suggestions;
    }
}
