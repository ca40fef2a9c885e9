package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.FreePort;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The route files: all of them load, and whoever reads or edits them finds every part by its name. */
final class RouteFilesTest {
    private static final Path ROUTES = TestHome.project().resolve("routes");
    private static final Pattern SQL = Pattern.compile(
            "(?i)\\b(select\\s.{1,400}?\\sfrom|insert\\s+into|update\\s+\\w+\\s+set|delete\\s+from)\\b");

    private static Sandbox sandbox;
    private static TestCaravan caravan;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(TestHome.project().resolve("config/sources"), Clock.systemUTC(), 0);
        Map<String, String> settings = new HashMap<>(TestCaravan.vendors(sandbox));
        for (String source : List.of("artemis", "defillama", "velo", "coingecko", "alphavantage")) {
            settings.put("schedule." + source + ".enabled", "false");
            settings.put("schedule." + source + ".at-start", "false");
        }
        FreePort.serve(settings);
        caravan = TestCaravan.start(TestHome.project(), settings, "api", "schedule", "history", "nothing");
    }

    @AfterAll
    static void stop() {
        caravan.close();
        sandbox.close();
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.walk(ROUTES)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<RouteDefinition> definitions() {
        return ((ModelCamelContext) caravan.caravan().context()).getRouteDefinitions();
    }

    @Test
    void everyRouteOfEveryFileIsLoaded() {
        Set<String> written = new HashSet<>();
        for (Path file : files()) {
            if (file.startsWith(ROUTES.resolve("examples"))) {
                continue; // for users to copy; the tests of what they show load them
            }
            assertThat(file.toString()).endsWith(".camel.yaml");
            List<String> lines = lines(file);
            for (int i = 0; i + 1 < lines.size(); i++) {
                if (lines.get(i).equals("- route:") || lines.get(i).equals("- templatedRoute:")) {
                    assertThat(written.add(lines.get(i + 1).strip().replaceFirst("(?:id|routeId): ", "")))
                            .as("%s, line %d", file, i + 2)
                            .isTrue();
                }
            }
        }
        assertThat(written).hasSizeGreaterThan(10);
        assertThat(definitions().stream().map(RouteDefinition::getId)).containsExactlyInAnyOrderElementsOf(written);
    }

    @Test
    void everyRouteIsStartedUnlessTheScheduleHoldsItBack() {
        CamelContext context = caravan.caravan().context();
        for (RouteDefinition route : definitions()) {
            boolean held = route.getId()
                    .matches("(artemis|defillama|velo|coingecko|alphavantage)-(refresh-)?(at-times|at-start)");
            assertThat(context.getRouteController().getRouteStatus(route.getId()))
                    .as(route.getId())
                    .isEqualTo(held ? ServiceStatus.Stopped : ServiceStatus.Started);
        }
    }

    @Test
    void everyRouteHasAnIdAndADescription() {
        assertThat(definitions()).isNotEmpty().allSatisfy(route -> {
            assertThat(route.hasCustomIdAssigned()).as(route.getId()).isTrue();
            assertThat(route.getDescriptionText()).as(route.getId()).isNotBlank();
        });
    }

    @Test
    void everyStepThatLeavesTheRouteHasAnId() {
        List<String> nameless = new ArrayList<>();
        Pattern step = Pattern.compile("(\\s*)(?:- )?(from|to|toD|bean|setBody|setVariable|split|unmarshal|throttle):");
        int steps = 0;
        for (Path file : files()) {
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                var match = step.matcher(lines.get(i));
                if (match.matches()) {
                    steps++;
                    if (!lines.get(i + 1).strip().startsWith("id: ")) {
                        nameless.add(ROUTES.relativize(file) + ", line " + (i + 1) + ": "
                                + lines.get(i).strip());
                    }
                }
            }
        }
        assertThat(steps).isGreaterThan(50);
        assertThat(nameless).isEmpty();
    }

    @Test
    void noIdIsGivenTwice() {
        Set<String> ids = new HashSet<>();
        for (Path file : files()) {
            for (String line : lines(file)) {
                String text = line.strip().replaceFirst("^- ", "");
                if (text.startsWith("id: ")) {
                    assertThat(ids.add(text)).as("%s: %s", file, text).isTrue();
                }
            }
        }
        assertThat(ids).hasSizeGreaterThan(50);
    }

    @Test
    void noFileHoldsAStatementLongerThanALine() {
        for (Path file : files()) {
            List<String> lines = lines(file).stream()
                    .filter(line -> !line.strip().startsWith("#"))
                    .toList();
            // A statement that is whole within one line may stand there; found across lines it is longer.
            long within =
                    lines.stream().filter(line -> SQL.matcher(line).find()).count();
            long all = SQL.matcher(String.join(" ", lines)).results().count();
            assertThat(all).as(file.toString()).isEqualTo(within);
        }
    }

    @Test
    void everyCallOutOfTheHouseGoesThroughTheFetchRoute() {
        for (Path file : files()) {
            List<String> calls = lines(file).stream()
                    .filter(line -> line.contains("uri:") && (line.contains("http:") || line.contains(".base}")))
                    .filter(line -> !line.contains("platform-http:"))
                    .toList();
            assertThat(calls).as(file.toString()).hasSize(file.endsWith("common/fetch.camel.yaml") ? 1 : 0);
        }
    }

    @Test
    void everyRouteThatTakesRequestsDropsTheirHeadersFirstAndAnswersProblems() {
        List<RouteDefinition> api = definitions().stream()
                .filter(route -> route.getInput().getEndpointUri().startsWith("platform-http:"))
                .toList();
        assertThat(api).hasSizeGreaterThan(4).allSatisfy(route -> {
            assertThat(route.getRouteConfigurationId()).as(route.getId()).isEqualTo("api-errors");
            assertThat(route.getOutputs().get(route.getOutputs().size() - 1).getId())
                    .as(route.getId())
                    .matches(".*-(leave|refuse)");
        });
    }
}
