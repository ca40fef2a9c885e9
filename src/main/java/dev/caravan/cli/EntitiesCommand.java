package dev.caravan.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.Caravan;
import dev.caravan.catalog.UnmappedIds.Unmapped;
import dev.caravan.settings.ConfigurationException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code caravan entities}: what belongs to which entity. */
@Command(
        name = "entities",
        description = "Entities and the ids that sources know them by.",
        subcommands = EntitiesCommand.UnmappedCommand.class,
        mixinStandardHelpOptions = true)
final class EntitiesCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @ParentCommand
    private CaravanCommand parent;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** {@code caravan entities unmapped}: ids that belong to no entity. */
    @Command(
            name = "unmapped",
            description = "Ids that have data or are configured, and map to no entity.",
            mixinStandardHelpOptions = true)
    static final class UnmappedCommand implements Callable<Integer> {
        @ParentCommand
        private EntitiesCommand entities;

        @Option(names = "--source", paramLabel = "SOURCE", description = "Only ids of this source.")
        private String source;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            try (Session session = Session.ofDatabase(entities.parent, Map.of())) {
                Caravan caravan = session.caravan();
                List<String> known = caravan.settings().sources();
                if (source != null && !known.contains(source)) {
                    throw new ConfigurationException(
                            "there is no source " + source + "; the sources are " + String.join(", ", known));
                }
                print(caravan.unmappedIds().list(source));
            }
            return CaravanCommand.DONE;
        }

        private void print(List<Unmapped> unmapped) throws IOException {
            if (json) {
                ObjectMapper mapper = new ObjectMapper();
                ObjectNode report = mapper.createObjectNode();
                report.put("count", unmapped.size());
                ArrayNode ids = report.putArray("unmapped");
                for (Unmapped id : unmapped) {
                    ids.addObject()
                            .put("source", id.source())
                            .put("id", id.id())
                            .put("series", id.series())
                            .put("nearest", id.nearest());
                }
                System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(report));
            } else if (unmapped.isEmpty()) {
                System.out.println("Every id maps to an entity.");
            } else {
                Table table = new Table("source", "id", "series", "nearest entity");
                for (Unmapped id : unmapped) {
                    table.row(List.of(
                            id.source(),
                            id.id(),
                            String.valueOf(id.series()),
                            id.nearest() == null ? "-" : id.nearest()));
                }
                System.out.print(table);
            }
        }
    }
}
