package dev.caravan.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.Caravan;
import dev.caravan.api.BackfillAdmin;
import dev.caravan.backfill.BackfillKind;
import dev.caravan.backfill.BackfillOrder;
import dev.caravan.backfill.SeriesCoverage;
import dev.caravan.backfill.Stretch;
import dev.caravan.ingest.ConflictPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code caravan gaps}: what is missing, and its repair. */
@Command(
        name = "gaps",
        description = "What is missing, series by series; --fill asks for it, and for nothing else.",
        mixinStandardHelpOptions = true)
final class GapsCommand implements Callable<Integer> {
    private static final int MOST_DAYS = 36_500;
    private static final int SHOWN = 100;

    @ParentCommand
    private CaravanCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SOURCE", description = "The source.")
    private String source;

    @Option(names = "--days", paramLabel = "N", description = "How far back (30).", defaultValue = "30")
    private int days;

    @Option(names = "--fill", description = "Ask for what is missing.")
    private boolean fill;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (days < 1 || days > MOST_DAYS) {
            throw new ParameterException(spec.commandLine(), "--days is a number from 1 to " + MOST_DAYS);
        }
        Session.logWarningsOnly();
        try (Session session = fill ? Session.withVendors(parent, Map.of()) : Session.ofDatabase(parent, Map.of())) {
            Caravan caravan = session.caravan();
            BackfillRunner.refuseUnlessHistory(caravan, source);
            Instant now = caravan.settings().clock().instant();
            Instant from = now.minus(Duration.ofDays(days));
            List<SeriesCoverage> coverage = caravan.gaps().coverage(source, from, now, now, series -> true, false);
            ObjectNode found = BackfillAdmin.gapsOf(source, coverage);
            boolean any = found.path("gaps_found").asInt() > 0;
            if (!fill) {
                print(found, coverage);
                return CaravanCommand.DONE;
            }
            if (!json) {
                print(found, coverage);
            }
            if (!any) {
                if (json) {
                    print(found, coverage);
                }
                return CaravanCommand.DONE;
            }
            caravan.leaveSignalsAlone();
            caravan.start(Caravan.PULL_ROUTES.toArray(String[]::new));
            BackfillOrder order = BackfillOrder.of(source, BackfillKind.REPAIR, ConflictPolicy.KEEP, "command")
                    .over(from, now);
            return new BackfillRunner(caravan, json)
                    .run(source, caravan.backfills().add(order));
        }
    }

    private void print(ObjectNode found, List<SeriesCoverage> coverage) throws IOException {
        if (json) {
            System.out.println(
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(found));
            return;
        }
        List<Stretch> gaps =
                coverage.stream().flatMap(series -> series.wanting().stream()).toList();
        if (gaps.isEmpty()) {
            System.out.println(source + ": nothing is missing in the last " + days + " days");
            return;
        }
        Table table = new Table("asset", "metric", "venue", "by", "from", "to");
        gaps.stream()
                .limit(SHOWN)
                .forEach(gap -> table.row(List.of(
                        gap.series().asset(),
                        gap.series().metric(),
                        gap.series().exchange().isEmpty() ? "-" : gap.series().exchange(),
                        gap.series().granularity().label(),
                        gap.from().toString(),
                        gap.to().toString())));
        System.out.print(table);
        if (gaps.size() > SHOWN) {
            System.out.println("... and " + (gaps.size() - SHOWN) + " more; --json lists them");
        }
        System.out.println(
                source + ": " + gaps.size() + " gaps in " + found.path("series").asInt() + " series");
    }
}
