package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.ingest.PullStatus;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The program and a {@link SourceExample} whose vendor is played on loopback. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PlayedSource extends SourceExample {
    /** A copy of the project's folder, with the configuration of the example. */
    TestHome home;

    /** Plays the vendor; right answers to the small configuration before each test. */
    PlayedVendor vendor;

    /** The program. */
    TestCaravan caravan;

    @BeforeAll
    void start(@TempDir Path folder) {
        home = TestHome.copyTo(folder);
        configure(home);
        vendor = new PlayedVendor();
        caravan = start(Map.of());
    }

    @AfterAll
    void stop() {
        if (caravan != null) {
            caravan.close();
        }
        if (vendor != null) {
            vendor.close();
        }
    }

    /** Starts a program on the example, with a database of its own unless told which. */
    TestCaravan start(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(settings(vendor.url()));
        settings.putAll(exampleSettings());
        settings.put("caravan.now", now());
        settings.put(rateSetting(), "2000/1s");
        // An outage is played many times over, and must not slow down what comes after it.
        settings.put(source() + ".rate.degraded", "2000/1s");
        settings.put("fetch.retries", "1");
        settings.put("fetch.backoff.first", "1ms");
        settings.put("fetch.backoff.longest", "5ms");
        settings.putAll(more);
        return TestCaravan.start(home.path(), settings, routes().toArray(String[]::new));
    }

    @BeforeEach
    void begin() {
        configure(home);
        vendor.play(this::answer);
        forget();
    }

    /** As if the source had never been pulled; only the names of series stay, as the program remembers their numbers. */
    void forget() {
        for (String table : List.of(
                "observation_revision",
                "observation",
                "series_state",
                "batch",
                "pulls",
                "not_offered",
                "quarantine",
                "asset_answered",
                "account_day")) {
            caravan.sql().update("DELETE FROM " + table);
        }
        caravan.sql().update("UPDATE series SET silent_since = NULL");
    }

    /** Pulls the source once. */
    PullStatus pull() {
        return caravan.pull(source());
    }

    /** The row of its last pull. */
    Map<String, Object> lastPull() {
        return caravan.lastPull(source());
    }

    /** All that is stored. */
    List<StoredRow> stored() {
        return StoredRow.all(caravan.sql());
    }

    /** Rows of a table, or of what stands behind FROM. */
    long count(String table) {
        return caravan.sql().queryForObject("SELECT count(*) FROM " + table, Long.class);
    }

    /** The right answer to a request of the large configuration. */
    Reply rightly(Asked asked) {
        return answerMany(asked).reply();
    }

    /** How many observations the right answers to these hold. */
    int rowsOf(Collection<Asked> answered) {
        return answered.stream().mapToInt(asked -> answerMany(asked).rows()).sum();
    }

    /** The next pull is a success, and everything is stored as the example says. */
    void assertWell() {
        assertThat(pull()).isEqualTo(PullStatus.SUCCESS);
        assertThat(lastPull()).containsEntry("failed", 0);
        assertThat(stored()).containsExactlyInAnyOrderElementsOf(rows());
    }

    /** The key must not be seen where people look. */
    void assertKeyNowhere() {
        String told = "SELECT request || reason FROM pull_failures UNION ALL SELECT notes FROM pulls"
                + " UNION ALL SELECT request || reason || fragment FROM quarantine UNION ALL SELECT reason FROM not_offered";
        if (!key().isEmpty()) {
            assertThat(caravan.sql().queryForList(told, String.class))
                    .isNotEmpty()
                    .noneMatch(text -> text != null && text.contains(key()));
        }
    }
}
