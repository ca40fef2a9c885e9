package dev.caravan.source;

import dev.caravan.Caravan;
import dev.caravan.ingest.Pull;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a planner is asked in: a copy of the configuration that the test changes, the program on a database of its own,
 * without routes, and for each test a pull that has begun.
 */
public abstract class PlannerTest {
    /** A copy of the project's folder. */
    protected static TestHome home;
    /** The program; its clock starts twenty minutes past ten on a Friday. */
    protected static Caravan caravan;

    @TempDir
    static Path folder;

    private final String source;

    /** The pull, ended after the test. */
    protected Pull pull;

    /**
     * @param source the source that is pulled
     */
    protected PlannerTest(String source) {
        this.source = source;
    }

    @BeforeAll
    static void open() {
        home = TestHome.copyTo(folder);
        caravan = Caravan.open(Settings.load(
                home.path(),
                Map.of(),
                Map.of("database.url", TestServer.newDatabase(), "caravan.now", "2026-11-20T10:20:30Z"),
                false));
    }

    @AfterAll
    static void close() {
        caravan.close();
    }

    /** Begins a pull; by a test itself after it has ended the one before. */
    @BeforeEach
    protected final void begin() {
        pull = caravan.ledger().begin(source);
    }

    @AfterEach
    final void end() {
        caravan.ledger().end(pull);
    }
}
