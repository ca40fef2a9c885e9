package dev.caravan.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.Caravan;
import dev.caravan.backfill.BackfillKind;
import dev.caravan.backfill.BackfillOrder;
import dev.caravan.backfill.DryRun;
import dev.caravan.backfill.OrderParameters;
import dev.caravan.backfill.Window;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.camel.ProducerTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code caravan backfill}: reads a source's history, here and now, or leaves it to the daemon. */
@Command(
        name = "backfill",
        description = "Read a source's history, with progress. Ctrl-C interrupts it; caravan backfills resume goes on.",
        mixinStandardHelpOptions = true)
final class BackfillCommand implements Callable<Integer> {
    private static final int WINDOWS_SHOWN = 20;

    @ParentCommand
    private CaravanCommand parent;

    @Parameters(paramLabel = "SOURCE", description = "The source.")
    private String source;

    @Option(names = "--days", paramLabel = "N", description = "So many days until now.")
    private String days;

    @Option(names = "--from", paramLabel = "D", description = "First UTC day, such as 2026-01-31, or an instant.")
    private String from;

    @Option(names = "--to", paramLabel = "D", description = "Last UTC day, whole, or an instant.")
    private String to;

    @Option(names = "--assets", paramLabel = "A,B", description = "Only these assets, by any of their names.")
    private String assets;

    @Option(
            names = "--metrics",
            paramLabel = "M,N",
            description = "Only these metrics, by the source's or canonical name.")
    private String metrics;

    @Option(names = "--exchange", paramLabel = "X,Y", description = "Only these venues.")
    private String exchange;

    @Option(names = "--granularity", paramLabel = "G", description = "Only day or only hour buckets.")
    private String granularity;

    @Option(names = "--revise", description = "Let history correct what is stored; old values are kept as revisions.")
    private boolean revise;

    @Option(names = "--oldest-first", description = "Ask the oldest windows first.")
    private boolean oldestFirst;

    @Option(names = "--dry-run", description = "Print windows, requests and the time they need; ask nothing else.")
    private boolean dryRun;

    @Option(names = "--detach", description = "Write the order down and leave it to the daemon.")
    private boolean detach;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Settings settings = parent.settings(Map.of());
        BackfillOrder order = OrderParameters.read(
                source, BackfillKind.BACKFILL, parts(), settings.clock().instant());
        if (detach) {
            try (Session session = Session.ofDatabase(parent, Map.of())) {
                BackfillRunner.refuseUnlessHistory(session.caravan(), source);
                int id = session.caravan().backfills().add(order);
                return left(session.caravan(), id);
            }
        }
        Session.logWarningsOnly();
        try (Session session = Session.withVendors(parent, Map.of())) {
            Caravan caravan = session.caravan();
            BackfillRunner.refuseUnlessHistory(caravan, source);
            caravan.leaveSignalsAlone();
            caravan.start(Caravan.PULL_ROUTES.toArray(String[]::new));
            if (dryRun) {
                return sketch(caravan);
            }
            return new BackfillRunner(caravan, json)
                    .run(source, caravan.backfills().add(order));
        }
    }

    private Map<String, String> parts() {
        Map<String, String> parts = new HashMap<>();
        put(parts, "days", days);
        put(parts, "from", from);
        put(parts, "to", to);
        put(parts, "assets", assets);
        put(parts, "metrics", metrics);
        put(parts, "exchange", exchange);
        put(parts, "granularity", granularity);
        parts.put("revise", String.valueOf(revise));
        parts.put("oldest_first", String.valueOf(oldestFirst));
        parts.put("ordered_by", "command");
        return parts;
    }

    private static void put(Map<String, String> parts, String name, String value) {
        if (value != null) {
            parts.put(name, value);
        }
    }

    private int left(Caravan caravan, int id) throws IOException {
        ObjectNode report = caravan.backfillReport().one(id).orElseThrow();
        if (json) {
            print(report);
        } else {
            System.out.println("backfill " + id + " of " + source + " is queued; the daemon begins it."
                    + " caravan backfills list tells how far it is");
        }
        return CaravanCommand.DONE;
    }

    private int sketch(Caravan caravan) throws IOException {
        Map<String, String> parts = parts();
        parts.put("dry_run", "true");
        DryRun dry;
        try (ProducerTemplate template = caravan.context().createProducerTemplate()) {
            dry = template.requestBody("direct:" + source + "-backfill", parts, DryRun.class);
        }
        if (dry.problem() != null) {
            throw new ConfigurationException(dry.problem());
        }
        if (json) {
            ObjectNode answer = new ObjectMapper().createObjectNode();
            answer.put("source", source);
            answer.put("windows", dry.windows().size());
            answer.put("requests", dry.windows().size());
            answer.put("seconds", dry.time().toSeconds());
            for (Window window : dry.windows()) {
                ObjectNode entry = answer.withArray("first_windows").addObject();
                entry.put("from", window.from().toString())
                        .put("to", window.to().toString());
                entry.put("granularity", window.granularity().label()).put("exchange", window.exchange());
                window.assets().forEach(entry.putArray("assets")::add);
                window.metrics().forEach(entry.putArray("metrics")::add);
            }
            print(answer);
            return CaravanCommand.DONE;
        }
        Table table = new Table("from", "to", "by", "assets", "metrics", "venue");
        dry.windows().stream()
                .limit(WINDOWS_SHOWN)
                .forEach(window -> table.row(List.of(
                        window.from().toString(),
                        window.to().toString(),
                        window.granularity().label(),
                        some(window.assets()),
                        some(window.metrics()),
                        window.exchange().isEmpty() ? "-" : window.exchange())));
        System.out.print(table);
        if (dry.windows().size() > WINDOWS_SHOWN) {
            System.out.println("... and " + (dry.windows().size() - WINDOWS_SHOWN) + " more; --json lists them all");
        }
        System.out.println(dry.windows().size() + " windows, as many requests, "
                + BackfillRunner.time(dry.time().toSeconds()) + " at the permitted rate");
        return CaravanCommand.DONE;
    }

    private static String some(List<String> names) {
        return names.size() <= 3 ? String.join(",", names) : names.get(0) + " and " + (names.size() - 1) + " more";
    }

    private static void print(ObjectNode node) throws IOException {
        System.out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
    }
}
