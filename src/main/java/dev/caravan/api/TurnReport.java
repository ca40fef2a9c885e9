package dev.caravan.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.database.Statements;
import dev.caravan.fetch.Budget;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.Settings;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** How a source goes round whose plan permits fewer requests a day than it has assets. */
final class TurnReport {
    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Settings settings;
    private final Budget budget;

    /**
     * @param database when each asset last answered
     * @param statements the SQL of {@code sql/ingest}
     * @param settings which sources ask in turns, and their assets
     * @param budget what their plans permit
     */
    TurnReport(NamedParameterJdbcTemplate database, Statements statements, Settings settings, Budget budget) {
        this.database = database;
        this.statements = statements;
        this.settings = settings;
        this.budget = budget;
    }

    /**
     * @param source the source
     * @return how often each of its assets is asked, and how far the round is; nothing for a source that asks for all at once
     */
    Optional<ObjectNode> of(String source) {
        boolean inTurns = settings.flag(source + ".asks-in-turns");
        OptionalInt permitted = budget.permitted(source);
        if (!inTurns || permitted.isEmpty()) {
            return Optional.empty();
        }
        int assets = CsvTable.read(settings.layers().file("config/sources/" + source + ".csv"))
                .size();
        Map<String, Instant> answered = new HashMap<>();
        database.query(statements.text("ingest/last-answered"), Map.of("source", source), (ResultSet row) -> {
            answered.put(row.getString("asset"), row.getTimestamp("answered_at").toInstant());
        });
        int perDay = permitted.getAsInt();
        ObjectNode turns = new ObjectMapper().createObjectNode();
        turns.put("requests_a_day", perDay);
        turns.put("left_today", budget.remainingToday(source));
        turns.put("assets", assets);
        turns.put("answered", answered.size());
        answered.values().stream()
                .min(Instant::compareTo)
                .ifPresent(oldest -> turns.put("oldest_answer", oldest.toString()));
        int days = perDay == 0 ? 0 : (assets + perDay - 1) / perDay;
        turns.put(
                "says",
                perDay == 0
                        ? "the plan permits no request"
                        : perDay + " requests a day for " + assets + " assets: each about every " + days
                                + " days, the one that has waited longest first");
        return Optional.of(turns);
    }
}
