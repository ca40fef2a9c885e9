package dev.caravan.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.api.SeriesSearch.Found;
import dev.caravan.api.SeriesSearch.Series;
import dev.caravan.backfill.BucketState;
import dev.caravan.backfill.Gaps;
import dev.caravan.backfill.SeriesCoverage;
import dev.caravan.database.Statements;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** How whole the series are: the bean {@code coverage}. */
public final class CoverageQueries {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_DAYS = 36_500;
    /** Of a whole source, which may have ten thousand series by the hour. */
    private static final int MOST_DAYS_OF_A_SOURCE = 92;

    private static final int MOST_PERIODS = 100_000;

    private final SeriesSearch search;
    private final Gaps gaps;
    private final Clock clock;

    /**
     * @param database the series
     * @param statements the SQL of {@code sql/queries}
     * @param settings the sources that there are, and the clock
     * @param gaps what is missing
     */
    public CoverageQueries(NamedParameterJdbcTemplate database, Statements statements, Settings settings, Gaps gaps) {
        this.search = new SeriesSearch(database, statements, settings);
        this.gaps = gaps;
        this.clock = settings.clock();
    }

    private record Name(String asset, String metric) {}

    /**
     * @param ask the query parameters of {@code GET /coverage}: {@code source} or {@code asset}, {@code metric}, {@code days}
     * @return the answer: of each series whose vendor keeps a history its periods, in the order of time, and how many buckets
     *     are in which state
     * @throws Problem 400 for a bad parameter or when neither an asset nor a source is named, 404 for an unknown one
     */
    public ObjectNode coverage(@Variable("ask") Parameters ask) {
        ask.only("source", "asset", "metric", "days");
        Found found = search.matching(ask);
        boolean wholeSource = ask.text("asset").isEmpty();
        int days = ask.number("days", 30, 1, wholeSource ? MOST_DAYS_OF_A_SOURCE : MOST_DAYS);
        Instant now = clock.instant();
        Instant from = now.minus(Duration.ofDays(days));
        List<SeriesCoverage> coverage = new ArrayList<>();
        bySource(found)
                .forEach((source, names) ->
                        coverage.addAll(gaps.coverage(source, from, now, now, key -> names.contains(name(key)), true)));
        ObjectNode answer = JSON.createObjectNode();
        answer.put("days", days);
        ArrayNode data = JSON.createArrayNode();
        int periods = 0;
        for (SeriesCoverage series : coverage) {
            periods += series.periods().size();
            if (periods > MOST_PERIODS) {
                break;
            }
            data.add(json(series));
        }
        answer.put("count", data.size());
        answer.put("truncated", data.size() < coverage.size());
        answer.set("data", data);
        ObjectNode meta = answer.putObject("_meta");
        meta.put("requested_asset", ask.text("asset").orElse(null));
        meta.put(
                "resolved_entity",
                found.entity() == null ? null : found.entity().canonicalId());
        meta.put("without_history", found.series().size() - coverage.size());
        meta.put(
                "why",
                "told of series whose vendor keeps a history; without_history counts the others that the question names");
        return answer;
    }

    private static Map<String, Set<Name>> bySource(Found found) {
        return found.series().stream()
                .collect(Collectors.groupingBy(
                        Series::source,
                        TreeMap::new,
                        Collectors.mapping(series -> new Name(series.asset(), series.metric()), Collectors.toSet())));
    }

    private static Name name(SeriesKey key) {
        return new Name(key.asset(), key.metric());
    }

    private static ObjectNode json(SeriesCoverage coverage) {
        SeriesKey key = coverage.series();
        ObjectNode entry = JSON.createObjectNode();
        entry.put("source", key.source());
        entry.put("asset", key.asset());
        entry.put("metric", key.metric());
        entry.put("exchange", key.exchange());
        entry.put("product", key.product());
        entry.put("granularity", key.granularity().label());
        ObjectNode buckets = entry.putObject("buckets");
        long rest = 0;
        ArrayNode periods = JSON.createArrayNode();
        for (SeriesCoverage.Period period : coverage.periods()) {
            rest += Duration.between(period.from(), period.to()).toSeconds()
                    / key.granularity().seconds();
            ObjectNode item = periods.addObject();
            item.put("state", period.state().label());
            item.put("from", period.from().toString());
            item.put("to", period.to().toString());
            item.put("buckets", period.buckets());
        }
        for (BucketState state : BucketState.values()) {
            if (state != BucketState.NOT_EXPECTED) {
                long count = coverage.buckets(state);
                buckets.put(state.label(), count);
                rest -= count;
            }
        }
        // Not by counting periods: a weekend within a gap has none of its own.
        buckets.put(BucketState.NOT_EXPECTED.label(), rest);
        entry.set("periods", periods);
        return entry;
    }
}
