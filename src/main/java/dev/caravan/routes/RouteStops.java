package dev.caravan.routes;

import dev.caravan.database.Statements;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Which routes somebody has stopped, kept in the database: all daemons on it obey, and a restart starts none of them. Nothing
 * but a person's word takes a route off this list.
 */
public final class RouteStops {
    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Clock clock;

    /**
     * @param database where the list is kept
     * @param statements the SQL of {@code sql/routes}
     * @param clock the program's clock
     */
    public RouteStops(NamedParameterJdbcTemplate database, Statements statements, Clock clock) {
        this.database = database;
        this.statements = statements;
        this.clock = clock;
    }

    /** @return the ids of the routes that are to stand still */
    public Set<String> stopped() {
        return new HashSet<>(database.queryForList(statements.text("routes/stopped-routes"), Map.of(), String.class));
    }

    /**
     * @param route the id of a route that is to stand still, here and everywhere
     */
    void stop(String route) {
        database.update(
                statements.text("routes/stop-route"), Map.of("route", route, "now", Timestamp.from(clock.instant())));
    }

    /**
     * @param route the id of a route that may run again
     */
    void start(String route) {
        database.update(statements.text("routes/start-route"), Map.of("route", route));
    }
}
