package dev.caravan.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.VendorRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sends one worded request to a vendor on loopback, without door, pace and retries, and reads what comes. */
public final class AskedOnce {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private AskedOnce() {}

    /**
     * @param request the request
     * @param key the key to fill in
     * @return the answer's text; its status was 200
     */
    public static String text(VendorRequest request, String key) {
        String basic = Base64.getEncoder().encodeToString(("api:" + key).getBytes(StandardCharsets.UTF_8));
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        HttpRequest.Builder asked =
                HttpRequest.newBuilder(URI.create((request.base() + request.path() + query).replace("{key}", key)));
        request.headers()
                .forEach((name, value) ->
                        asked.header(name, value.replace("{basic-key}", basic).replace("{key}", key)));
        try {
            HttpResponse<String> answer =
                    CLIENT.send(asked.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() != 200) {
                throw new AssertionError(request + " was answered with " + answer.statusCode() + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param request the request
     * @param key the key to fill in
     * @return the answer as a tree
     */
    public static JsonNode json(VendorRequest request, String key) {
        try {
            return JSON.readTree(text(request, key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param text a CSV without quotes
     * @return its rows by column
     */
    public static List<Map<String, String>> rows(String text) {
        List<String> lines = text.lines().toList();
        List<Map<String, String>> rows = new ArrayList<>();
        if (!lines.isEmpty()) {
            String[] heading = lines.get(0).split(",", -1);
            for (String line : lines.subList(1, lines.size())) {
                String[] cells = line.split(",", -1);
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 0; i < Math.min(heading.length, cells.length); i++) {
                    row.put(heading[i], cells[i]);
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
