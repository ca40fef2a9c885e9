package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code caravan sources}: what is stored of each source. */
@Command(name = "sources", description = "What is stored of each source.", mixinStandardHelpOptions = true)
final class SourcesCommand implements Callable<Integer> {
    @ParentCommand
    private CaravanCommand parent;

    @Option(names = "--json", description = "Print JSON, the same as GET /sources.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (Session session = Session.ofDatabase(parent, Map.of())) {
            ObjectNode report = session.caravan().sources().report();
            if (json) {
                System.out.println(
                        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
                return CaravanCommand.DONE;
            }
            Table table = new Table("source", "records", "assets", "metrics", "earliest", "latest", "configured");
            for (JsonNode source : report.path("sources")) {
                table.row(List.of(
                        source.path("name").asText(),
                        source.path("records").asText(),
                        source.path("assets").asText(),
                        source.path("metrics").asText(),
                        source.path("earliest_date").asText("-"),
                        source.path("latest_date").asText("-"),
                        source.path("configured").asBoolean()
                                ? "yes"
                                : "no: " + source.path("not_configured_because").asText()));
            }
            System.out.print(table);
        }
        return CaravanCommand.DONE;
    }
}
