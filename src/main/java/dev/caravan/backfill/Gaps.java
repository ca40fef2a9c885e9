package dev.caravan.backfill;

import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Finds what is missing: for each series of a source that its vendor keeps a history of, by comparing the buckets that its
 * calendar expects with those that are there or known to be empty. Series whose count is right are not looked at further.
 */
public final class Gaps {
    /** How far back it looks where nobody says. */
    public static final Duration USUAL = Duration.ofDays(30);

    private static final int SERIES_AT_A_TIME = 500;

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Function<String, Calendar> calendars;

    /**
     * @param database series and observations
     * @param statements the SQL of {@code sql/backfill}
     * @param calendars the calendar of a source
     */
    public Gaps(NamedParameterJdbcTemplate database, Statements statements, Function<String, Calendar> calendars) {
        this.database = database;
        this.statements = statements;
        this.calendars = calendars;
    }

    /** A series and what the counts tell of it. */
    private record Counted(
            int id,
            SeriesKey key,
            Instant first,
            Instant last,
            boolean silent,
            Duration settling,
            long present,
            boolean hasEmpty,
            boolean hasOpen,
            Instant hoursFrom) {

        /** The end of the last bucket whose value has settled. */
        Instant settledBefore(Instant now) {
            return key.granularity().bucketOf(now.minus(settling));
        }
    }

    /**
     * @param source the source
     * @param from beginning of the time, UTC; null: thirty days before its end
     * @param to its end, UTC; null: now
     * @param now the program's clock, UTC
     * @return what is missing or was never finished, by series
     */
    public List<Stretch> missing(String source, Instant from, Instant to, Instant now) {
        return coverage(source, from, to, now, key -> true, false).stream()
                .flatMap(coverage -> coverage.wanting().stream())
                .toList();
    }

    /**
     * @param source the source
     * @param from beginning of the time, UTC; null: thirty days before its end
     * @param to its end, UTC; null: now
     * @param now the program's clock, UTC
     * @param chosen the series that are meant
     * @param all whether series of which nothing is missing are told as well
     * @return how each series stands
     */
    public List<SeriesCoverage> coverage(
            String source, Instant from, Instant to, Instant now, Predicate<SeriesKey> chosen, boolean all) {
        Instant end = to == null || to.isAfter(now) ? now : to;
        Instant begin = Granularity.DAY.bucketOf(from == null ? end.minus(USUAL) : from);
        if (!begin.isBefore(end)) {
            return List.of();
        }
        Calendar calendar = calendars.apply(source);
        List<Counted> inDetail = counted(source, begin, end, now).stream()
                .filter(series -> chosen.test(series.key()))
                .filter(series -> all || !isWhole(series, begin, end, now, calendar))
                .toList();
        List<SeriesCoverage> found = new ArrayList<>();
        for (int i = 0; i < inDetail.size(); i += SERIES_AT_A_TIME) {
            found.addAll(detail(
                    inDetail.subList(i, Math.min(inDetail.size(), i + SERIES_AT_A_TIME)), begin, end, now, calendar));
        }
        return found;
    }

    private List<Counted> counted(String source, Instant begin, Instant end, Instant now) {
        return database.query(
                statements.text("backfill/series-counts"),
                time(begin, end).addValue("source", source).addValue("now", Timestamp.from(now)),
                (row, number) -> new Counted(
                        row.getInt("series_id"),
                        new SeriesKey(
                                source,
                                row.getString("metric"),
                                row.getString("asset"),
                                row.getString("exchange"),
                                row.getString("product"),
                                Granularity.ofLabel(row.getString("granularity"))),
                        instant(row, "first_ts"),
                        instant(row, "last_ts"),
                        row.getBoolean("silent"),
                        Duration.ofHours(row.getInt("settling_hours")),
                        row.getLong("present"),
                        row.getBoolean("has_empty"),
                        row.getBoolean("has_open"),
                        instant(row, "hours_from")));
    }

    /** Whether the count alone shows that nothing is missing: a calendar with holidays needs a closer look. */
    private static boolean isWhole(Counted series, Instant begin, Instant end, Instant now, Calendar calendar) {
        if (series.hasEmpty() || series.hasOpen() || series.hoursFrom() != null || !calendar.isAlways()) {
            return false;
        }
        long settled = earlier(end, series.settledBefore(now)).getEpochSecond();
        long expected = Math.max(
                0,
                (settled - begin.getEpochSecond()) / series.key().granularity().seconds());
        return series.present() == expected;
    }

    private List<SeriesCoverage> detail(
            List<Counted> series, Instant begin, Instant end, Instant now, Calendar calendar) {
        MapSqlParameterSource parameters = time(begin, end)
                .addValue(
                        "series",
                        new SqlArray(
                                "int4", series.stream().mapToInt(Counted::id).toArray()));
        Map<Integer, List<long[]>> values = new HashMap<>();
        database.query(statements.text("backfill/series-times"), parameters, row -> {
            values.computeIfAbsent(row.getInt("series_id"), id -> new ArrayList<>())
                    .add(new long[] {row.getLong("second"), row.getBoolean("open") ? 1 : 0});
        });
        Map<Integer, List<long[]>> empties = new HashMap<>();
        database.query(statements.text("backfill/series-empties"), parameters, row -> {
            empties.computeIfAbsent(row.getInt("series_id"), id -> new ArrayList<>())
                    .add(new long[] {row.getLong("first_second"), row.getLong("end_second")});
        });
        return series.stream()
                .map(one -> new SeriesCoverage(
                        one.key(),
                        periods(
                                one,
                                values.getOrDefault(one.id(), List.of()),
                                empties.getOrDefault(one.id(), List.of()),
                                begin,
                                end,
                                now,
                                calendar)))
                .toList();
    }

    private static List<SeriesCoverage.Period> periods(
            Counted series,
            List<long[]> values,
            List<long[]> empties,
            Instant begin,
            Instant end,
            Instant now,
            Calendar calendar) {
        Granularity granularity = series.key().granularity();
        long step = granularity.seconds();
        long settled = series.settledBefore(now).getEpochSecond();
        List<SeriesCoverage.Period> periods = new ArrayList<>();
        BucketState state = null;
        long since = 0;
        long count = 0;
        int value = 0;
        int empty = 0;
        long bucket = begin.getEpochSecond();
        for (; bucket < end.getEpochSecond(); bucket += step) {
            while (value < values.size() && values.get(value)[0] < bucket) {
                value++;
            }
            while (empty < empties.size() && empties.get(empty)[1] <= bucket) {
                empty++;
            }
            boolean present = value < values.size() && values.get(value)[0] == bucket;
            boolean isEmpty = empty < empties.size() && empties.get(empty)[0] <= bucket;
            BucketState here;
            if (present) {
                here = values.get(value)[1] == 1 ? BucketState.PARTIAL : BucketState.COMPLETE;
            } else {
                here = absent(series, bucket, isEmpty, settled, calendar);
            }
            // What has settled and what has not are told apart, as only the one is to be asked again.
            boolean splits = state != null && (here != state || bucket == settled);
            if (splits) {
                periods.add(period(state, since, bucket, count, settled));
                count = 0;
                since = bucket;
            } else if (state == null) {
                since = bucket;
            }
            state = here;
            count++;
        }
        if (state != null) {
            periods.add(period(state, since, bucket, count, settled));
        }
        return joinedOverHolidays(periods);
    }

    private static SeriesCoverage.Period period(BucketState state, long from, long to, long count, long settled) {
        return new SeriesCoverage.Period(
                state, Instant.ofEpochSecond(from), Instant.ofEpochSecond(to), count, to <= settled);
    }

    private static BucketState absent(Counted series, long bucket, boolean empty, long settled, Calendar calendar) {
        Instant time = Instant.ofEpochSecond(bucket);
        boolean madeOfHours =
                series.hoursFrom() != null && !time.isBefore(Granularity.DAY.bucketOf(series.hoursFrom()));
        if (madeOfHours || bucket >= settled || !calendar.expects(series.key().granularity(), time)) {
            return BucketState.NOT_EXPECTED;
        }
        if (empty) {
            boolean outsideItsLife = time.isBefore(series.first()) || (series.silent() && time.isAfter(series.last()));
            return outsideItsLife ? BucketState.NOT_EXPECTED : BucketState.KNOWN_EMPTY;
        }
        return BucketState.MISSING;
    }

    /** A weekend does not part what is missing before and after it. */
    private static List<SeriesCoverage.Period> joinedOverHolidays(List<SeriesCoverage.Period> periods) {
        List<SeriesCoverage.Period> joined = new ArrayList<>();
        for (SeriesCoverage.Period period : periods) {
            int last = joined.size() - 1;
            boolean bridges = last >= 1
                    && period.state() == BucketState.MISSING
                    && joined.get(last).state() == BucketState.NOT_EXPECTED
                    && joined.get(last - 1).state() == BucketState.MISSING;
            if (bridges) {
                joined.remove(last);
                SeriesCoverage.Period before = joined.remove(last - 1);
                joined.add(new SeriesCoverage.Period(
                        BucketState.MISSING,
                        before.from(),
                        period.to(),
                        before.buckets() + period.buckets(),
                        period.settled()));
            } else {
                joined.add(period);
            }
        }
        return joined;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static MapSqlParameterSource time(Instant begin, Instant end) {
        return new MapSqlParameterSource("from", Timestamp.from(begin)).addValue("to", Timestamp.from(end));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
