package dev.caravan.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer to a request.
 *
 * @param status the HTTP status
 * @param headers the header fields, the content type among them, but neither length nor encoding
 * @param body what is sent
 */
record Answer(int status, Map<String, String> headers, Body body) {

    /** A JSON answer. */
    static Answer json(int status, Body body) {
        return new Answer(status, Map.of("Content-Type", "application/json; charset=utf-8"), body);
    }

    /** A successful JSON answer, made for this request only. */
    static Answer json(Json.Writer writer) {
        return json(200, Json.plain(writer));
    }

    /** A plain text. */
    static Answer text(int status, String text) {
        return new Answer(status, Map.of("Content-Type", "text/plain; charset=utf-8"), Body.text(text));
    }

    /** A page as content delivery networks put before a vendor's servers. */
    static Answer page(int status, String title) {
        String page = "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>" + title
                + "</title><meta charset=\"UTF-8\" /></head>\n<body>\n<h1>" + title
                + "</h1>\n<p>Performance &amp; security by the edge network. Ray ID: 8c1f00d5eed0ca4a</p>\n"
                + "</body>\n</html>\n";
        return new Answer(status, Map.of("Content-Type", "text/html; charset=UTF-8"), Body.text(page));
    }

    /** The same answer with one more header field. */
    Answer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, more, body);
    }
}
