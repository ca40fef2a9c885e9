package dev.caravan.backfill;

import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** Turns an order into windows: what is wanted, of what the vendor has, in the fewest requests. */
public final class HistoryPlan {
    /** The setting's word for as far back as the vendor goes. */
    private static final String ALL = "all";
    /** A vendor that is late with its last days does have them. */
    private static final Duration OFFERED_WITHIN = Duration.ofDays(3);
    /** What a vendor restates its history for is looked for so far back. */
    private static final Duration RESTATEMENTS_WITHIN = Duration.ofDays(60);

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Settings settings;
    private final Gaps gaps;

    /**
     * @param database the catalogue and the series
     * @param statements the SQL of {@code sql/backfill}
     * @param settings {@code X.history}
     * @param gaps what is missing, for repairs
     */
    public HistoryPlan(NamedParameterJdbcTemplate database, Statements statements, Settings settings, Gaps gaps) {
        this.database = database;
        this.statements = statements;
        this.settings = settings;
        this.gaps = gaps;
    }

    /**
     * What came of an order.
     *
     * @param windows what is to be asked, in the order of asking
     * @param beyond what is missing and cannot be asked for: the vendor no longer has it, or the configuration no longer
     *     names it
     */
    record Plan(List<Window> windows, List<Stretch> beyond) {}

    /**
     * @param order the order
     * @param backfill its number, 0 of a dry run
     * @param history the source's
     * @param names how the vendor calls our assets
     * @param now the program's clock, UTC
     * @return the windows, and what none of them can bring
     * @throws ConfigurationException when the order names assets, metrics or venues that the source does not have
     */
    Plan plan(BackfillOrder order, int backfill, History history, Map<String, String> names, Instant now) {
        List<Stretch> offered = chosen(order, history.offered(names, now));
        List<Stretch> beyond = new ArrayList<>();
        List<Stretch> wanted =
                switch (order.kind()) {
                    case BACKFILL -> over(order, offered, now);
                    case REPAIR -> missing(order, backfill, offered, now, beyond);
                    case REFRESH -> joined(again(order, history, offered, now));
                };
        List<Window> windows = new ArrayList<>(history.pack(wanted, names, now));
        if (order.oldestFirst()) {
            windows.sort(Comparator.comparing(Window::from));
        }
        return new Plan(windows, beyond);
    }

    /** The time that the order names; without a beginning, as far back as the source's setting says. */
    private List<Stretch> over(BackfillOrder order, List<Stretch> offered, Instant now) {
        Instant from = order.from() == null ? defaultBeginning(order.source(), now) : order.from();
        Instant to = order.to() == null ? Instant.MAX : order.to();
        return offered.stream()
                .map(stretch -> stretch.within(from, to))
                .filter(Objects::nonNull)
                .toList();
    }

    private Instant defaultBeginning(String source, Instant now) {
        return usualDepth(source, settings)
                .map(depth -> Granularity.DAY.bucketOf(now.minus(depth)))
                .orElse(Instant.MIN);
    }

    /**
     * @param source a source
     * @param settings {@code X.history}, else {@code history.default}
     * @return how much history is wanted of it where nobody says; nothing for all that there is
     */
    static Optional<Duration> usualDepth(String source, Settings settings) {
        String setting = settings.optional(source + ".history").isPresent() ? source + ".history" : "history.default";
        return settings.text(setting).equalsIgnoreCase(ALL)
                ? Optional.empty()
                : Optional.of(settings.duration(setting));
    }

    /** What is missing, but for what other orders will ask when they go on. */
    private List<Stretch> missing(
            BackfillOrder order, int backfill, List<Stretch> offered, Instant now, List<Stretch> beyond) {
        WaitingWindows waiting = WaitingWindows.of(database, statements, order.source(), backfill);
        Map<SeriesKey, List<Stretch>> byOffer = offered.stream().collect(Collectors.groupingBy(Stretch::series));
        Instant old = Granularity.DAY.bucketOf(now.minus(OFFERED_WITHIN));
        List<Stretch> wanted = new ArrayList<>();
        for (Stretch gap : gaps.missing(order.source(), order.from(), order.to(), now)) {
            List<Stretch> offers = byOffer.getOrDefault(withoutProduct(gap.series()), List.of());
            for (Stretch offer : offers) {
                Stretch part = new Stretch(offer.series(), gap.from(), gap.to()).within(offer.from(), offer.to());
                if (part != null) {
                    wanted.addAll(waiting.without(part));
                }
            }
            Stretch ripe = gap.within(Instant.MIN, old);
            if (ripe != null) {
                beyond.addAll(ripe.without(offers));
            }
        }
        return joined(wanted);
    }

    /** Every series that has values, as far back as its metric is read again; what the vendor has restated, whole. */
    private List<Stretch> again(BackfillOrder order, History history, List<Stretch> offered, Instant now) {
        Map<SeriesKey, Integer> horizons = new HashMap<>();
        database.query(statements.text("backfill/existing-series"), Map.of("source", order.source()), row -> {
            SeriesKey key = new SeriesKey(
                    order.source(),
                    row.getString("metric"),
                    row.getString("asset"),
                    row.getString("exchange"),
                    "",
                    Granularity.ofLabel(row.getString("granularity")));
            horizons.put(key, row.getInt("reread_hours"));
        });
        List<Stretch> wanted = new ArrayList<>();
        for (Stretch offer : offered) {
            int hours = horizons.getOrDefault(offer.series(), 0);
            if (hours > 0) {
                Instant from = offer.series().granularity().bucketOf(now.minus(Duration.ofHours(hours)));
                Stretch part = offer.within(from, Instant.MAX);
                if (part != null) {
                    wanted.add(part);
                }
            }
        }
        if (!history.restatedBy().isEmpty()) {
            wanted.addAll(history.restated(
                    recent(order.source(), history.restatedBy(), now), readWhole(order.source()), now));
        }
        return wanted;
    }

    private List<Known> recent(String source, List<String> metrics, Instant now) {
        return database.query(
                statements.text("backfill/recent-values"),
                new MapSqlParameterSource("source", source)
                        .addValue("metrics", new SqlArray("text", metrics.toArray(String[]::new)))
                        .addValue("from", Timestamp.from(now.minus(RESTATEMENTS_WITHIN))),
                (row, number) -> new Known(
                        new SeriesKey(
                                source,
                                row.getString("metric"),
                                row.getString("asset"),
                                row.getString("exchange"),
                                row.getString("product"),
                                Granularity.ofLabel(row.getString("granularity"))),
                        row.getTimestamp("ts").toInstant(),
                        row.getDouble("value"),
                        row.getTimestamp("committed_at").toInstant()));
    }

    private Map<String, Instant> readWhole(String source) {
        Map<String, Instant> read = new HashMap<>();
        database.query(statements.text("backfill/read-whole"), Map.of("source", source), row -> {
            read.put(row.getString("asset"), row.getTimestamp("read_at").toInstant());
        });
        return read;
    }

    /** Of one series what overlaps or touches is one stretch. */
    private static List<Stretch> joined(Collection<Stretch> stretches) {
        Map<SeriesKey, List<Stretch>> bySeries = new LinkedHashMap<>();
        stretches.forEach(stretch -> bySeries.computeIfAbsent(stretch.series(), key -> new ArrayList<>())
                .add(stretch));
        List<Stretch> joined = new ArrayList<>();
        bySeries.forEach((series, parts) -> {
            parts.sort(Comparator.comparing(Stretch::from));
            Stretch last = null;
            for (Stretch part : parts) {
                if (last != null && !part.from().isAfter(last.to())) {
                    Instant end = part.to().isAfter(last.to()) ? part.to() : last.to();
                    last = new Stretch(series, last.from(), end);
                } else {
                    if (last != null) {
                        joined.add(last);
                    }
                    last = part;
                }
            }
            joined.add(last);
        });
        return joined;
    }

    private static SeriesKey withoutProduct(SeriesKey key) {
        return new SeriesKey(key.source(), key.metric(), key.asset(), key.exchange(), "", key.granularity());
    }

    private List<Stretch> chosen(BackfillOrder order, List<Stretch> offered) {
        Set<String> assets = new HashSet<>();
        for (String name : order.assets()) {
            assets.addAll(assets(order.source(), name, offered));
        }
        Set<String> metrics = new HashSet<>();
        for (String name : order.metrics()) {
            metrics.addAll(metrics(order.source(), name, offered));
        }
        Set<String> exchanges = new HashSet<>();
        for (String name : order.exchanges()) {
            exchanges.addAll(exchanges(order.source(), name, offered));
        }
        return offered.stream()
                .filter(stretch ->
                        assets.isEmpty() || assets.contains(stretch.series().asset()))
                .filter(stretch ->
                        metrics.isEmpty() || metrics.contains(stretch.series().metric()))
                .filter(stretch -> exchanges.isEmpty()
                        || exchanges.contains(stretch.series().exchange()))
                .filter(stretch -> order.granularity() == null
                        || order.granularity() == stretch.series().granularity())
                .toList();
    }

    private Set<String> assets(String source, String name, List<Stretch> offered) {
        Set<String> ids = new HashSet<>(database.queryForList(
                statements.text("backfill/asset-ids"), Map.of("source", source, "name", name), String.class));
        return matching(source, "asset", name, ids, offered, SeriesKey::asset);
    }

    private Set<String> metrics(String source, String name, List<Stretch> offered) {
        Set<String> names = new HashSet<>();
        database.query(statements.text("backfill/metric-names"), Map.of("source", source), row -> {
            if (row.getString("canonical").equalsIgnoreCase(name)) {
                names.add(row.getString("metric"));
            }
        });
        return matching(source, "metric", name, names, offered, SeriesKey::metric);
    }

    private static Set<String> exchanges(String source, String name, List<Stretch> offered) {
        return matching(source, "venue", name, Set.of(), offered, SeriesKey::exchange);
    }

    /** What is called so by the source itself, in any case, or is one of the ids that the name stands for. */
    private static Set<String> matching(
            String source,
            String what,
            String name,
            Set<String> ids,
            List<Stretch> offered,
            Function<SeriesKey, String> part) {
        Set<String> own = new TreeSet<>();
        Set<String> matching = new HashSet<>();
        for (Stretch stretch : offered) {
            String value = part.apply(stretch.series());
            own.add(value);
            if (value.equalsIgnoreCase(name) || ids.contains(value)) {
                matching.add(value);
            }
        }
        if (matching.isEmpty()) {
            String like =
                    own.stream().filter(value -> alike(value, name)).limit(5).collect(Collectors.joining(", "));
            throw new ConfigurationException("there is no history of the " + what + " " + name + " of " + source
                    + (like.isEmpty() ? "" : "; the nearest are: " + like));
        }
        return matching;
    }

    private static boolean alike(String value, String name) {
        String a = value.toLowerCase(Locale.ROOT);
        String b = name.toLowerCase(Locale.ROOT);
        return !b.isBlank()
                && (a.contains(b) || b.contains(a) || a.startsWith(b.substring(0, Math.min(3, b.length()))));
    }
}
