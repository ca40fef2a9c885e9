package dev.caravan.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.Caravan;
import dev.caravan.routes.RouteFault;
import dev.caravan.routes.RouteFiles;
import dev.caravan.routes.RouteSurvey;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code caravan routes}: the route files as they are on disk. Needs no database and runs nothing. */
@Command(
        name = "routes",
        description = "Route files: what is in them, and what is wrong with them. Runs nothing.",
        mixinStandardHelpOptions = true,
        subcommands = {RoutesCommand.ListRoutes.class, RoutesCommand.Validate.class})
final class RoutesCommand implements Runnable {
    @ParentCommand
    private CaravanCommand parent;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say list or validate");
    }

    private RouteSurvey survey() {
        Session.logWarningsOnly();
        return new RouteFiles(parent.settings(Map.of()), Caravan.BEANS, Optional.empty())
                .survey(Caravan.ROUTES.toArray(String[]::new));
    }

    private static void print(ObjectNode node) throws IOException {
        System.out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
    }

    /** {@code caravan routes list}. */
    @Command(name = "list", description = "Every file and its routes.", mixinStandardHelpOptions = true)
    static final class ListRoutes implements Callable<Integer> {
        @ParentCommand
        private RoutesCommand routes;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            RouteSurvey survey = routes.survey();
            if (json) {
                print(asJson(survey));
                return CaravanCommand.DONE;
            }
            Table table = new Table("file", "state", "route", "from", "description");
            for (RouteSurvey.File file : survey.files()) {
                String state = file.faults().isEmpty() ? "ok" : "broken";
                if (file.routes().isEmpty()) {
                    table.row(List.of(file.name(), state, "-", "-", "-"));
                }
                for (RouteSurvey.Route route : file.routes()) {
                    table.row(
                            List.of(file.name(), state, route.id(), route.from(), firstSentence(route.description())));
                }
            }
            System.out.print(table);
            survey.faults().forEach(System.err::println);
            return CaravanCommand.DONE;
        }
    }

    /** {@code caravan routes validate}. */
    @Command(
            name = "validate",
            description = "Check every file; names file and line of what is wrong. Exit code 1 when something is.",
            mixinStandardHelpOptions = true)
    static final class Validate implements Callable<Integer> {
        @ParentCommand
        private RoutesCommand routes;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            RouteSurvey survey = routes.survey();
            if (json) {
                print(asJson(survey));
            } else if (survey.faults().isEmpty()) {
                int count = survey.files().stream()
                        .mapToInt(file -> file.routes().size())
                        .sum();
                System.out.println(survey.files().size() + " files with " + count + " routes, nothing wrong");
            } else {
                survey.faults().forEach(System.out::println);
            }
            return survey.faults().isEmpty() ? CaravanCommand.DONE : CaravanCommand.FAILED;
        }
    }

    private static String firstSentence(String description) {
        return description.replaceFirst("(?<=[a-z])\\. .*", "");
    }

    private static ObjectNode asJson(RouteSurvey survey) {
        ObjectNode answer = new ObjectMapper().createObjectNode();
        ArrayNode files = answer.putArray("files");
        for (RouteSurvey.File file : survey.files()) {
            ObjectNode entry = files.addObject();
            entry.put("file", file.name());
            entry.put("state", file.faults().isEmpty() ? "ok" : "broken");
            ArrayNode routes = entry.putArray("routes");
            for (RouteSurvey.Route route : file.routes()) {
                routes.addObject()
                        .put("id", route.id())
                        .put("from", route.from())
                        .put("description", route.description());
            }
            ArrayNode faults = entry.putArray("faults");
            for (RouteFault fault : file.faults()) {
                faults.addObject().put("line", fault.line()).put("message", fault.message());
            }
        }
        return answer;
    }
}
