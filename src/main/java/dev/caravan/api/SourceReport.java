package dev.caravan.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.UnmappedIds;
import dev.caravan.database.Statements;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.Budget;
import dev.caravan.routes.RouteFiles;
import dev.caravan.schedule.Heartbeat;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Variable;
import org.quartz.CronExpression;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * How each source stands: what is stored, how the last pull went, when the next one is due. The same for {@code GET /sources},
 * {@code GET /} and the commands {@code sources} and {@code status}: the bean {@code sources}.
 */
public final class SourceReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What can be asked, as {@code GET /} lists it. */
    static final List<String> ENDPOINTS =
            List.of("/", "/sources", "/latest", "/time-series", "/revisions", "/coverage", "/stats");

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Settings settings;
    private final Accounts accounts;
    private final RouteFiles routes;
    private final Heartbeat heartbeat;
    private final UnmappedIds unmappedIds;
    private final TurnReport turns;
    private final Clock clock;

    /**
     * @param database where the data is
     * @param statements the SQL of {@code sql/queries}
     * @param settings schedule and clock
     * @param accounts which sources can be asked
     * @param routes the route files, of which some may be broken
     * @param heartbeat whether the schedule is alive
     */
    public SourceReport(
            NamedParameterJdbcTemplate database,
            Statements statements,
            Settings settings,
            Accounts accounts,
            RouteFiles routes,
            Heartbeat heartbeat) {
        this.database = database;
        this.statements = statements;
        this.settings = settings;
        this.accounts = accounts;
        this.routes = routes;
        this.heartbeat = heartbeat;
        this.turns =
                new TurnReport(database, statements, settings, new Budget(database, statements, accounts, settings));
        this.unmappedIds = new UnmappedIds(database, statements, settings);
        this.clock = settings.clock();
    }

    /**
     * @param ask no parameters
     * @param context the running program, whose scheduler is looked at
     * @return the answer of {@code GET /}: {@code ok} in one word, or what is wrong
     */
    public ObjectNode health(@Variable("ask") Parameters ask, CamelContext context) {
        ask.only();
        ObjectNode answer = JSON.createObjectNode();
        Optional<String> wrong = whatIsWrong(context);
        answer.put("status", wrong.isEmpty() ? "ok" : "degraded");
        wrong.ifPresent(why -> answer.put("why", why));
        answer.put("api", "Caravan");
        String version = SourceReport.class.getPackage().getImplementationVersion();
        answer.put("version", version == null ? "development" : version);
        ENDPOINTS.forEach(answer.putArray("endpoints")::add);
        return answer;
    }

    private Optional<String> whatIsWrong(CamelContext context) {
        try {
            database.query(statements.text("queries/health"), row -> {});
        } catch (DataAccessException e) {
            return Optional.of("the database does not answer");
        }
        Optional<String> ofSchedule = heartbeat.whatIsWrong(context);
        if (ofSchedule.isPresent()) {
            return ofSchedule;
        }
        return routes.faults().stream()
                .findFirst()
                .map(fault -> "a route file is broken and left out: " + fault.file() + ", line " + fault.line());
    }

    /**
     * @param ask no parameters
     * @return the answer of {@code GET /sources}
     */
    public ObjectNode sources(@Variable("ask") Parameters ask) {
        ask.only();
        return report();
    }

    /** @return every source that is configured or has data, with what is stored of it and how its pulls go */
    public ObjectNode report() {
        Map<String, ObjectNode> byName = new HashMap<>();
        TreeSet<String> others = new TreeSet<>();
        database.query(statements.text("queries/sources"), row -> {
            ObjectNode source = JSON.createObjectNode();
            source.put("name", row.getString("source"));
            source.put("records", row.getLong("records"));
            source.put("assets", row.getLong("assets"));
            source.put("earliest_date", Queries.time(row, "earliest"));
            source.put("latest_date", Queries.time(row, "latest"));
            source.put("metrics", row.getLong("metrics"));
            source.put("series", row.getLong("series"));
            byName.put(row.getString("source"), source);
            others.add(row.getString("source"));
        });
        List<String> configured = settings.sources();
        configured.forEach(name -> byName.computeIfAbsent(name, SourceReport::empty));
        byName.values().forEach(source -> {
            source.putNull("last_pull");
            source.putNull("last_status");
            source.putNull("last_good_pull");
            source.putArray("uncatalogued");
        });
        addPulls(byName);
        addUnknown(byName);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode sources = answer.putArray("sources");
        configured.forEach(name -> sources.add(byName.get(name)));
        others.stream().filter(name -> !configured.contains(name)).forEach(name -> sources.add(byName.get(name)));
        Set<String> stopped =
                new HashSet<>(database.queryForList(statements.text("routes/stopped-routes"), Map.of(), String.class));
        sources.forEach(source -> addConfiguration((ObjectNode) source, stopped));
        return answer;
    }

    private static ObjectNode empty(String name) {
        ObjectNode source = JSON.createObjectNode();
        source.put("name", name);
        source.put("records", 0);
        source.put("assets", 0);
        source.putNull("earliest_date");
        source.putNull("latest_date");
        source.put("metrics", 0);
        source.put("series", 0);
        return source;
    }

    private void addPulls(Map<String, ObjectNode> byName) {
        database.query(statements.text("queries/last-pulls"), row -> {
            ObjectNode source = byName.get(row.getString("source"));
            if (source == null) {
                return;
            }
            source.put("last_pull", Queries.time(row, "pulled_at"));
            source.put("last_status", row.getString("status"));
            source.put("last_good_pull", Queries.time(row, "last_good"));
            ObjectNode pull = source.putObject("pull");
            pull.put("id", row.getInt("pull_id"));
            for (String name : List.of(
                    "new_rows", "changed_rows", "unchanged_rows", "requests", "failed", "expected", "received")) {
                pull.put(name, row.getLong(name));
            }
            pull.put("finished_at", Queries.time(row, "finished_at"));
            pull.put("notes", row.getString("notes"));
        });
    }

    /** What has data and is in no catalogue: metrics by name, ids by number. */
    private void addUnknown(Map<String, ObjectNode> byName) {
        database.query(statements.text("queries/uncatalogued"), row -> {
            ObjectNode source = byName.get(row.getString("source"));
            if (source != null) { // else its first series came a moment ago
                source.withArray("uncatalogued").add(row.getString("metric"));
            }
        });
        try {
            Map<String, Long> counts = unmappedIds.counts();
            byName.forEach((name, source) -> source.put("unmapped", counts.getOrDefault(name, 0L)));
        } catch (ConfigurationException e) {
            // A file of one source that cannot be read is said where that source is pulled; the others are reported.
            byName.values().forEach(source -> source.putNull("unmapped"));
        }
    }

    private void addConfiguration(ObjectNode source, Set<String> stoppedRoutes) {
        String name = source.get("name").asText();
        Optional<String> missing = accounts.notConfigured(name);
        source.put("configured", missing.isEmpty());
        missing.ifPresent(why -> source.put("not_configured_because", why));
        boolean stopped = stoppedRoutes.contains(name + "-at-times") || stoppedRoutes.contains(name + "-pull");
        source.put("stopped", stopped);
        turns.of(name).ifPresent(round -> source.set("turns", round));
        settings.optional("schedule." + name)
                .or(() -> settings.sources().contains(name) ? settings.optional("schedule.default") : Optional.empty())
                .ifPresent(cron -> {
                    CronExpression schedule = schedule(name, cron);
                    Instant now = clock.instant();
                    Instant next =
                            schedule.getNextValidTimeAfter(Date.from(now)).toInstant();
                    Instant afterNext =
                            schedule.getNextValidTimeAfter(Date.from(next)).toInstant();
                    source.put("next_pull", stopped ? null : next.toString());
                    // Fresh: no more than one slot and its pull ago.
                    Duration allowed = Duration.between(next, afterNext).multipliedBy(2);
                    boolean fresh = source.hasNonNull("last_good_pull")
                            && Instant.parse(source.get("last_good_pull").asText())
                                    .plus(allowed)
                                    .isAfter(now);
                    source.put("fresh", fresh);
                });
    }

    private static CronExpression schedule(String name, String cron) {
        try {
            CronExpression schedule = new CronExpression(cron);
            schedule.setTimeZone(TimeZone.getTimeZone("UTC"));
            return schedule;
        } catch (ParseException e) {
            throw new ConfigurationException(
                    "the setting schedule." + name + " is no cron expression: " + e.getMessage(), e);
        }
    }
}
