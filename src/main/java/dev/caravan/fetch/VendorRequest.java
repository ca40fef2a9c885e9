package dev.caravan.fetch;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One request to a vendor, as a planner words it. It holds no secret: {@code {key}} in the path, the query or a header
 * stands for the account's key and is filled in at the door.
 *
 * @param source the source that asks, and the vendor account whose limits hold
 * @param base base URL, without a slash at its end
 * @param path the path below it, percent-encoded, beginning with a slash
 * @param query the query, percent-encoded, or empty
 * @param headers headers to send
 * @param answer what kind of answer this is; a normaliser chooses by it how to read
 * @param subject what the answer is about, where the answer itself does not say: a chain, a coin
 * @param assets the source's ids that the answer should speak of
 * @param metrics the metrics that it should give for each
 * @param exchange the venue that all of it is of, empty where there is none
 * @param fields the fields to keep of a JSON answer; see {@link dev.caravan.source.Projection}
 * @param refusals statuses that mean "not offered" rather than "failed", where the vendor's contract says so
 * @param emptyIsNoData whether an answer of no bytes is a legal one, without rows
 * @param halved statuses that mean "too large": a request that fails with one is replaced by its halves
 * @param halves words the halves; none where the request cannot be made smaller
 * @param series further series that the answer should give, one by one, where they are not all assets in all metrics
 */
public record VendorRequest(
        String source,
        String base,
        String path,
        String query,
        Map<String, String> headers,
        String answer,
        String subject,
        List<String> assets,
        List<String> metrics,
        String exchange,
        List<String> fields,
        Set<Integer> refusals,
        boolean emptyIsNoData,
        Set<Integer> halved,
        Supplier<List<VendorRequest>> halves,
        List<? extends ExpectedSeries> series) {

    /** @return the request as people see it, in reports and logs: without base and without key */
    public String description() {
        return "GET " + path + (query.isEmpty() ? "" : "?" + query);
    }

    @Override
    public String toString() {
        return source + " " + description();
    }

    /**
     * Encodes an id for a path or a query. The encoder of the JDK is one for forms: it writes a space as a plus and leaves
     * an asterisk as it is.
     *
     * @param id any text
     * @return the text, percent-encoded
     */
    public static String encode(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
    }

    /**
     * @param source the source that asks
     * @param base base URL
     * @param path path below it, beginning with a slash
     * @return a builder of a request without query, headers and refusals
     */
    public static Builder get(String source, String base, String path) {
        return new Builder(source, base, path);
    }

    /** Words a request part by part. */
    public static final class Builder {
        private final String source;
        private final String base;
        private final String path;
        private String query = "";
        private Map<String, String> headers = Map.of();
        private String answer = "";
        private String subject = "";
        private List<String> assets = List.of();
        private List<String> metrics = List.of();
        private List<String> fields = List.of();
        private Set<Integer> refusals = Set.of();
        private String exchange = "";
        private boolean emptyIsNoData;
        private Set<Integer> halved = Set.of();
        private Supplier<List<VendorRequest>> halves = List::of;
        private List<? extends ExpectedSeries> series = List.of();

        private Builder(String source, String base, String path) {
            this.source = source;
            this.base = base;
            this.path = path;
        }

        /**
         * @param value the query, percent-encoded
         * @return this builder
         */
        public Builder query(String value) {
            query = value;
            return this;
        }

        /**
         * @param value headers to send
         * @return this builder
         */
        public Builder headers(Map<String, String> value) {
            headers = Map.copyOf(value);
            return this;
        }

        /**
         * @param kind what kind of answer
         * @param about what it is about
         * @return this builder
         */
        public Builder answer(String kind, String about) {
            answer = kind;
            subject = about;
            return this;
        }

        /**
         * @param ids ids that the answer should speak of
         * @param names metrics for each
         * @return this builder
         */
        public Builder expects(List<String> ids, List<String> names) {
            assets = List.copyOf(ids);
            metrics = List.copyOf(names);
            return this;
        }

        /**
         * @param single series that the answer should give, each for itself
         * @return this builder
         */
        public Builder expects(List<? extends ExpectedSeries> single) {
            series = List.copyOf(single);
            return this;
        }

        /**
         * @param paths the fields to keep of a JSON answer
         * @return this builder
         */
        public Builder fields(String... paths) {
            fields = List.of(paths);
            return this;
        }

        /**
         * @param statuses statuses that mean "not offered"
         * @return this builder
         */
        public Builder refusals(Integer... statuses) {
            refusals = Set.of(statuses);
            return this;
        }

        /**
         * @param venue the venue that all of the request's series are of
         * @return this builder
         */
        public Builder exchange(String venue) {
            exchange = venue;
            return this;
        }

        /** @return this builder, for a vendor that answers nothing at all where it has nothing */
        public Builder emptyIsNoData() {
            emptyIsNoData = true;
            return this;
        }

        /**
         * @param statuses statuses that mean that the request was too large
         * @param smaller words the requests that stand in for it; an empty list where it cannot be made smaller
         * @return this builder
         */
        public Builder halves(Set<Integer> statuses, Supplier<List<VendorRequest>> smaller) {
            halved = Set.copyOf(statuses);
            halves = smaller;
            return this;
        }

        /** @return the request */
        public VendorRequest build() {
            return new VendorRequest(
                    source,
                    base,
                    path,
                    query,
                    headers,
                    answer,
                    subject,
                    assets,
                    metrics,
                    exchange,
                    fields,
                    refusals,
                    emptyIsNoData,
                    halved,
                    halves,
                    series);
        }
    }
}
