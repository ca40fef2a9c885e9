package dev.caravan.source.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The shipped example of a source without Java, installed as {@code docs/adding-a-source.md} says. */
final class BlockchainExample {
    static final String TABLE = "config/sources/blockchain.csv";
    static final String ROUTE = "routes/sources/blockchain.camel.yaml";

    private BlockchainExample() {}

    /**
     * Copies the example's files to their places; may be called again.
     *
     * @param home a copy of the project's folder
     */
    static void install(TestHome home) {
        List<String> route = lines("routes/examples/blockchain.camel.yaml");
        int schedule = route.indexOf("- templatedRoute:");
        assertThat(schedule).isPositive();
        boolean templates = Files.isDirectory(TestHome.project().resolve("routes/templates"));
        home.write(ROUTE, array(templates ? route : route.subList(0, schedule)));
        home.write(TABLE, array(table()));
        append(home, "config/metrics.csv", "config/examples/blockchain-metrics.csv");
        append(home, "config/entity-ids.csv", "config/examples/blockchain-entity-ids.csv");
    }

    /** The example's table, line by line. */
    static List<String> table() {
        return lines("config/examples/blockchain.csv");
    }

    private static void append(TestHome home, String file, String example) {
        List<String> all = lines(file);
        List<String> more = lines(example);
        assertThat(more.get(0)).isEqualTo(all.get(0));
        all.addAll(more.subList(1, more.size()));
        home.write(file, array(all));
    }

    private static String[] array(List<String> lines) {
        return lines.toArray(String[]::new);
    }

    private static List<String> lines(String file) {
        Path path = TestHome.project().resolve(file);
        try {
            return new ArrayList<>(Files.readAllLines(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
