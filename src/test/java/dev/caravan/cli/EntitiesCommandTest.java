package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is stored and belongs nowhere is named to the person at the terminal, after a real pull. */
final class EntitiesCommandTest {
    @TempDir
    Path folder;

    private TestHome home() throws IOException {
        TestHome home = TestHome.copyTo(folder.resolve("home"));
        // The catalogue forgets one metric; of the configured coins one is written like an entity, one like none.
        return home.write("config/metrics.csv", without(home, "config/metrics.csv", "velo,FUNDING_RATE,"))
                .write("config/entity-ids.csv", without(home, "config/entity-ids.csv", "velo,AAVE,"))
                .write("config/sources/velo.csv", "coin,note", "BTC,", "AAVE,", "NOSUCHCOIN,");
    }

    private static String[] without(TestHome home, String file, String start) throws IOException {
        return Files.readAllLines(home.path().resolve(file)).stream()
                .filter(line -> !line.startsWith(start))
                .toArray(String[]::new);
    }

    private ChildCaravan start(TestHome home, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--sandbox", "--data-dir", folder.resolve("data").toString()));
        return ChildCaravan.start(folder, Map.of("CARAVAN_HOME", home.path().toString()), all.toArray(String[]::new));
    }

    @Test
    void whatBelongsNowhereIsNamed() throws IOException {
        TestHome home = home();
        try (ChildCaravan pull = start(home, "pull", "velo")) {
            assertThat(pull.exitCode()).as(pull.errors()).isZero();
        }
        try (ChildCaravan unmapped = start(home, "entities", "unmapped", "--source", "velo");
                ChildCaravan nothing = start(home, "entities");
                ChildCaravan status = start(home, "status")) {
            assertThat(unmapped.exitCode()).as(unmapped.errors()).isZero();
            assertThat(unmapped.output().lines())
                    .hasSize(3)
                    .element(1)
                    .asString()
                    .matches("velo +AAVE +[1-9]\\d* +aave");
            assertThat(unmapped.output().lines()).element(2).asString().matches("velo +NOSUCHCOIN +\\d+ +-");
            assertThat(nothing.exitCode()).isEqualTo(2);
            assertThat(nothing.errors()).contains("a command is missing").contains("unmapped");
            assertThat(status.exitCode()).as(status.errors()).isZero();
            assertThat(status.output())
                    .contains("Stored, but not in the catalogue: FUNDING_RATE of velo")
                    .contains("Ids of velo that map to no entity: 2");
        }
    }
}
