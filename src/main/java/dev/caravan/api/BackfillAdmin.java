package dev.caravan.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.backfill.Backfill;
import dev.caravan.backfill.BackfillDesk;
import dev.caravan.backfill.BackfillKind;
import dev.caravan.backfill.BackfillLedger;
import dev.caravan.backfill.BackfillOrder;
import dev.caravan.backfill.BackfillReport;
import dev.caravan.backfill.DryRun;
import dev.caravan.backfill.Gaps;
import dev.caravan.backfill.OrderParameters;
import dev.caravan.backfill.SeriesCoverage;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Variable;

/** History as an operator orders and follows it over HTTP: the bean {@code backfillAdmin}. */
public final class BackfillAdmin {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_ORDERS = 1_000;
    private static final int MOST_DAYS = 36_500;
    private static final int MOST_PERIODS = 10_000;
    private static final int MOST_WINDOWS = 1_000;
    /** What people may say of an order, by the parameters of the interface, and as an order calls it. */
    private static final Map<String, String> PARTS = Map.of(
            "days", "days",
            "start_date", "from",
            "end_date", "to",
            "assets", "assets",
            "metrics", "metrics",
            "exchange", "exchange",
            "granularity", "granularity",
            "revise", "revise",
            "oldest_first", "oldest_first");

    private final Settings settings;
    private final Accounts accounts;
    private final BackfillLedger ledger;
    private final BackfillReport report;
    private final BackfillDesk desk;
    private final Gaps gaps;
    private final Clock clock;

    /**
     * @param settings the sources, and the clock
     * @param accounts which of them can be asked
     * @param ledger orders and windows
     * @param report how they stand
     * @param desk orders repairs
     * @param gaps what is missing
     */
    public BackfillAdmin(
            Settings settings,
            Accounts accounts,
            BackfillLedger ledger,
            BackfillReport report,
            BackfillDesk desk,
            Gaps gaps) {
        this.settings = settings;
        this.accounts = accounts;
        this.ledger = ledger;
        this.report = report;
        this.desk = desk;
        this.gaps = gaps;
        this.clock = settings.clock();
    }

    /**
     * @param ask {@code days} or {@code start_date}, {@code end_date}; {@code assets}, {@code metrics}, {@code exchange},
     *     {@code granularity}, {@code revise}, {@code oldest_first}, {@code dry_run}
     * @param source the source, from the path
     * @param context the running program
     * @return the answer of {@code POST /admin/backfill/{source}}: the order as it was written down; of a dry run its windows
     * @throws Problem 400 for a parameter that cannot be read, 404 when the source has no history, 409 when it has no key
     */
    public ObjectNode order(@Variable("ask") Parameters ask, @Variable("source") String source, CamelContext context) {
        ask.only(
                "days",
                "start_date",
                "end_date",
                "assets",
                "metrics",
                "exchange",
                "granularity",
                "revise",
                "oldest_first",
                "dry_run");
        refuseUnlessHistory(source, context);
        boolean dry = ask.choice("dry_run", "false", "true").equals("true");
        Map<String, String> parts = new HashMap<>();
        PARTS.forEach((parameter, part) -> ask.text(parameter).ifPresent(value -> parts.put(part, value)));
        parts.put("ordered_by", "api");
        try {
            BackfillOrder order = OrderParameters.read(source, BackfillKind.BACKFILL, parts, clock.instant());
            if (dry) {
                parts.put("dry_run", "true");
                return dryRun(source, parts, context);
            }
            int id = ledger.add(order);
            desk.look(context);
            return report.one(id).orElseThrow();
        } catch (ConfigurationException e) {
            throw Problem.badParameter(e.getMessage());
        }
    }

    private static ObjectNode dryRun(String source, Map<String, String> parts, CamelContext context) {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            DryRun dry = template.requestBody("direct:" + source + "-backfill", parts, DryRun.class);
            if (dry.problem() != null) {
                throw Problem.badParameter(dry.problem());
            }
            ObjectNode answer = JSON.createObjectNode();
            answer.put("source", source);
            answer.put("dry_run", true);
            answer.put("windows", dry.windows().size());
            answer.put("requests", dry.windows().size());
            answer.put("seconds", dry.time().toSeconds());
            ArrayNode list = answer.putArray("first_windows");
            dry.windows().stream().limit(MOST_WINDOWS).forEach(window -> list.add(json(window)));
            return answer;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ObjectNode json(Window window) {
        ObjectNode entry = JSON.createObjectNode();
        entry.put("from", window.from().toString());
        entry.put("to", window.to().toString());
        entry.put("granularity", window.granularity().label());
        entry.put("exchange", window.exchange());
        window.assets().forEach(entry.putArray("assets")::add);
        window.metrics().forEach(entry.putArray("metrics")::add);
        return entry;
    }

    private void refuseUnlessHistory(String source, CamelContext context) {
        refuseUnlessSource(source);
        if (context.getRoute(source + "-backfill") == null) {
            throw Problem.notFound("no_history", source + " has no route that reads history", List.of());
        }
        accounts.notConfigured(source).ifPresent(why -> {
            throw new Problem(409, "not_configured", source + " is not configured: " + why, List.of());
        });
    }

    private void refuseUnlessSource(String source) {
        List<String> known = settings.sources();
        if (!known.contains(source)) {
            throw Problem.notFound("unknown_source", "there is no such source", known);
        }
    }

    /**
     * @param ask {@code source}, {@code limit}
     * @return the answer of {@code GET /admin/backfills}: orders, what is under way first, then the newest
     */
    public ObjectNode list(@Variable("ask") Parameters ask) {
        ask.only("source", "limit");
        ask.text("source").ifPresent(this::refuseUnlessSource);
        return listed(report.list(ask.text("source").orElse(null), ask.number("limit", 50, 1, MOST_ORDERS)));
    }

    /**
     * @param ask no parameters
     * @param source the source, from the path
     * @return the answer of {@code GET /admin/backfill-status/{source}}: its last orders
     */
    public ObjectNode status(@Variable("ask") Parameters ask, @Variable("source") String source) {
        ask.only();
        refuseUnlessSource(source);
        ObjectNode answer = listed(report.list(source, 10));
        answer.put("source", source);
        return answer;
    }

    private static ObjectNode listed(List<ObjectNode> orders) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("count", orders.size());
        orders.forEach(answer.putArray("backfills")::add);
        return answer;
    }

    /**
     * @param ask no parameters
     * @param id the order's number, from the path
     * @param word {@code pause}, {@code resume} or {@code cancel}, from the path
     * @param context the running program
     * @return the answer of {@code POST /admin/backfills/{id}/…}: the order as it stands
     * @throws Problem 404 when there is no such order, 409 when it has ended
     */
    public ObjectNode tell(
            @Variable("ask") Parameters ask,
            @Variable("id") String id,
            @Variable("word") String word,
            CamelContext context) {
        ask.only();
        Backfill backfill =
                id.matches("\\d{1,9}") ? ledger.find(Integer.parseInt(id)).orElse(null) : null;
        if (backfill == null) {
            throw Problem.notFound(
                    "unknown_backfill", "there is no such backfill; GET /admin/backfills lists them", List.of());
        }
        if (!ledger.want(backfill.id(), word.equals("resume") ? "run" : word)) {
            throw new Problem(
                    409, "backfill_ended", "the backfill is " + backfill.state().label(), List.of());
        }
        desk.look(context);
        return report.one(backfill.id()).orElseThrow();
    }

    /**
     * @param ask {@code days}
     * @param source the source, from the path
     * @return the answer of {@code GET /admin/gaps/{source}}: what is missing, by series
     */
    public ObjectNode missing(@Variable("ask") Parameters ask, @Variable("source") String source) {
        ask.only("days");
        refuseUnlessSource(source);
        Instant now = clock.instant();
        Instant from = now.minus(Duration.ofDays(ask.number("days", 30, 1, MOST_DAYS)));
        return gapsOf(source, gaps.coverage(source, from, now, now, series -> true, false));
    }

    /**
     * What is missing as JSON: the same over HTTP and on the command line.
     *
     * @param source the source
     * @param coverage how its series stand
     * @return {@code gaps_found}, {@code series}, {@code missing_periods[]}; at most 10,000 periods, {@code truncated} says so
     */
    public static ObjectNode gapsOf(String source, List<SeriesCoverage> coverage) {
        ObjectNode answer = JSON.createObjectNode();
        List<Stretch> wanting =
                coverage.stream().flatMap(series -> series.wanting().stream()).toList();
        answer.put("source", source);
        answer.put("gaps_found", wanting.size());
        answer.put("series", wanting.stream().map(Stretch::series).distinct().count());
        answer.put("truncated", wanting.size() > MOST_PERIODS);
        ArrayNode periods = answer.putArray("missing_periods");
        wanting.stream().limit(MOST_PERIODS).forEach(gap -> {
            ObjectNode entry = periods.addObject();
            entry.put("asset", gap.series().asset());
            entry.put("metric", gap.series().metric());
            entry.put("exchange", gap.series().exchange());
            entry.put("granularity", gap.series().granularity().label());
            entry.put("from", gap.from().toString());
            entry.put("to", gap.to().toString());
        });
        return answer;
    }

    /**
     * @param ask {@code days}
     * @param source the source, from the path
     * @param context the running program
     * @return the answer of {@code POST /admin/fill-gaps/{source}}: the repair that was ordered, if anything is missing
     * @throws Problem 404 when the source has no history, 409 when it has no key
     */
    public ObjectNode fill(@Variable("ask") Parameters ask, @Variable("source") String source, CamelContext context) {
        ask.only("days");
        refuseUnlessHistory(source, context);
        int id = desk.repair(source, Duration.ofDays(ask.number("days", 30, 1, MOST_DAYS)), "api");
        ObjectNode answer = JSON.createObjectNode();
        answer.put("source", source);
        answer.put("ordered", id > 0);
        if (id > 0) {
            desk.look(context);
            answer.set("backfill", report.one(id).orElseThrow());
        } else {
            answer.put("why", "nothing is missing that no other order will ask, or a repair is open already");
        }
        return answer;
    }
}
