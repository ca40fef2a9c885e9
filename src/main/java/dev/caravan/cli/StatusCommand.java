package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code caravan status}: how the pulls go. */
@Command(
        name = "status",
        description = "Freshness, last pulls, next runs, and what is not configured and why.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @ParentCommand
    private CaravanCommand parent;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (Session session = Session.ofDatabase(parent, Map.of())) {
            ObjectNode report = session.caravan().sources().report();
            report.put("database", session.caravan().database().description());
            report.put("sandbox", parent.sandbox());
            if (json) {
                System.out.println(
                        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
                return CaravanCommand.DONE;
            }
            System.out.println("Database: " + report.path("database").asText());
            Table table = new Table("source", "fresh", "last pull", "status", "series", "failed", "next pull", "notes");
            for (JsonNode source : report.path("sources")) {
                JsonNode pull = source.path("pull");
                table.row(List.of(
                        source.path("name").asText(),
                        source.path("fresh").asBoolean() ? "yes" : "no",
                        source.hasNonNull("last_pull")
                                ? source.path("last_pull").asText()
                                : "never",
                        source.path("last_status").asText("-"),
                        pull.isMissingNode() ? "-" : pull.path("received") + "/" + pull.path("expected"),
                        pull.isMissingNode() ? "-" : pull.path("failed").asText(),
                        source.path("stopped").asBoolean()
                                ? "stopped"
                                : source.path("next_pull").asText("-"),
                        source.path("configured").asBoolean()
                                ? pull.path("notes").asText("")
                                : "not configured: "
                                        + source.path("not_configured_because").asText()));
            }
            System.out.print(table);
            printNotes(report);
        }
        return CaravanCommand.DONE;
    }

    private static void printNotes(ObjectNode report) {
        for (JsonNode source : report.path("sources")) {
            String name = source.path("name").asText();
            if (source.has("turns")) {
                System.out.println(
                        name + ": " + source.path("turns").path("says").asText() + "; "
                                + source.path("turns").path("left_today").asText() + " left today");
            }
            List<String> metrics = new ArrayList<>();
            source.path("uncatalogued").forEach(metric -> metrics.add(metric.asText()));
            if (!metrics.isEmpty()) {
                System.out.println("Stored, but not in the catalogue: " + String.join(", ", metrics) + " of " + name);
            }
            if (source.path("unmapped").asInt() > 0) {
                System.out.println("Ids of " + name + " that map to no entity: "
                        + source.path("unmapped").asInt() + " (caravan entities unmapped lists them)");
            }
        }
    }
}
