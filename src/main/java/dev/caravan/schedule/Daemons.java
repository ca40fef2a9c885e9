package dev.caravan.schedule;

import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Which daemons work on this database: the bean {@code daemons}. Each says every few seconds that it is alive; the times are
 * the database's, so that clocks of machines need not agree.
 */
public final class Daemons {
    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final String name;
    private final Duration silence;
    private volatile boolean known;

    /**
     * @param database where they are listed
     * @param statements the SQL of {@code sql/schedule}
     * @param settings {@code daemon.silent-after}
     * @param name the name of this process
     */
    public Daemons(NamedParameterJdbcTemplate database, Statements statements, Settings settings, String name) {
        this.database = database;
        this.statements = statements;
        this.name = name;
        this.silence = settings.duration("daemon.silent-after");
    }

    /** Says that this daemon is alive; called by a route every few seconds. */
    public void beat() {
        database.update(statements.text("schedule/beat"), Map.of("daemon", name));
        known = true;
    }

    /** @return the daemons that have been heard of lately, the eldest first; one that was killed is among them for a while */
    public List<String> alive() {
        return database.queryForList(
                statements.text("schedule/daemons-alive"), Map.of("silence", silence.toMillis() / 1e3), String.class);
    }

    /** Takes this process off the list, where it is on it: it stops in good order. */
    public void leave() {
        if (known) {
            database.update(statements.text("schedule/daemon-leaves"), Map.of("daemon", name));
        }
    }
}
