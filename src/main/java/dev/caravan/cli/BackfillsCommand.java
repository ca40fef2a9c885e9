package dev.caravan.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.Caravan;
import dev.caravan.backfill.Backfill;
import dev.caravan.backfill.BackfillState;
import dev.caravan.settings.ConfigurationException;
import java.io.IOException;
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

/** {@code caravan backfills}: the ledger of history. */
@Command(
        name = "backfills",
        description = "Orders of history: how far they are, and what they are told.",
        mixinStandardHelpOptions = true,
        subcommands = {
            BackfillsCommand.ListOrders.class,
            BackfillsCommand.Pause.class,
            BackfillsCommand.Resume.class,
            BackfillsCommand.Cancel.class
        })
final class BackfillsCommand implements Runnable {
    @ParentCommand
    private CaravanCommand parent;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say list, pause, resume or cancel");
    }

    private static Backfill find(Caravan caravan, int id) {
        return caravan.backfills()
                .find(id)
                .orElseThrow(() -> new ConfigurationException(
                        "there is no backfill " + id + "; caravan backfills list tells which there are"));
    }

    private int tell(int id, String word, String done) {
        try (Session session = Session.ofDatabase(parent, Map.of())) {
            Backfill backfill = find(session.caravan(), id);
            if (!session.caravan().backfills().want(id, word)) {
                throw new ConfigurationException(
                        "backfill " + id + " is " + backfill.state().label() + " and cannot be told anything");
            }
            System.out.println("backfill " + id + " of " + backfill.order().source() + " " + done);
        }
        return CaravanCommand.DONE;
    }

    /** {@code caravan backfills list}. */
    @Command(name = "list", description = "What is under way first, then the newest.", mixinStandardHelpOptions = true)
    static final class ListOrders implements Callable<Integer> {
        @ParentCommand
        private BackfillsCommand backfills;

        @Option(names = "--source", paramLabel = "S", description = "Of this source only.")
        private String source;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many (50).", defaultValue = "50")
        private int limit;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            try (Session session = Session.ofDatabase(backfills.parent, Map.of())) {
                List<ObjectNode> orders = session.caravan().backfillReport().list(source, Math.max(1, limit));
                if (json) {
                    ObjectMapper mapper = new ObjectMapper();
                    ObjectNode answer = mapper.createObjectNode();
                    orders.forEach(answer.putArray("backfills")::add);
                    System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
                    return CaravanCommand.DONE;
                }
                Table table = new Table(
                        "id",
                        "source",
                        "kind",
                        "state",
                        "windows",
                        "failed",
                        "requests",
                        "new",
                        "changed",
                        "left",
                        "notes");
                for (ObjectNode order : orders) {
                    table.row(List.of(
                            order.path("id").asText(),
                            order.path("source").asText(),
                            order.path("kind").asText(),
                            order.path("state").asText(),
                            order.path("planned").asBoolean()
                                    ? order.path("windows_done").asText() + "/"
                                            + order.path("windows").asText()
                                    : "-",
                            order.path("windows_failed").asText(),
                            order.path("requests").asText(),
                            order.path("new_rows").asText(),
                            order.path("changed_rows").asText(),
                            order.hasNonNull("seconds_left")
                                    ? BackfillRunner.time(
                                            order.path("seconds_left").asLong())
                                    : "-",
                            order.path("notes").asText("-")));
                }
                System.out.print(table);
            }
            return CaravanCommand.DONE;
        }
    }

    /** {@code caravan backfills pause}. */
    @Command(
            name = "pause",
            description = "What is in flight is finished, nothing more is asked until it is resumed.",
            mixinStandardHelpOptions = true)
    static final class Pause implements Callable<Integer> {
        @ParentCommand
        private BackfillsCommand backfills;

        @Parameters(paramLabel = "ID", description = "Its number.")
        private int id;

        @Override
        public Integer call() {
            return backfills.tell(id, "pause", "pauses");
        }
    }

    /** {@code caravan backfills cancel}. */
    @Command(name = "cancel", description = "Give it up; what is stored stays.", mixinStandardHelpOptions = true)
    static final class Cancel implements Callable<Integer> {
        @ParentCommand
        private BackfillsCommand backfills;

        @Parameters(paramLabel = "ID", description = "Its number.")
        private int id;

        @Override
        public Integer call() {
            return backfills.tell(id, "cancel", "is given up; what it stored stays");
        }
    }

    /** {@code caravan backfills resume}. */
    @Command(
            name = "resume",
            description = "Go on with what is left and with what failed: by the daemon where one runs, else here.",
            mixinStandardHelpOptions = true)
    static final class Resume implements Callable<Integer> {
        @ParentCommand
        private BackfillsCommand backfills;

        @Parameters(paramLabel = "ID", description = "Its number.")
        private int id;

        @Option(names = "--detach", description = "Leave it to the daemon, also where none runs now.")
        private boolean detach;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Session.logWarningsOnly();
            try (Session session = Session.withVendors(backfills.parent, Map.of())) {
                Caravan caravan = session.caravan();
                Backfill backfill = find(caravan, id);
                boolean daemon = caravan.daemonRuns();
                if (daemon || detach) {
                    return backfills.tell(id, "run", "goes on" + (daemon ? "" : " when a daemon runs"));
                }
                if (backfill.state() == BackfillState.DONE || backfill.state() == BackfillState.CANCELLED) {
                    throw new ConfigurationException(
                            "backfill " + id + " is " + backfill.state().label() + " and cannot be told anything");
                }
                caravan.leaveSignalsAlone();
                caravan.start(Caravan.PULL_ROUTES.toArray(String[]::new));
                return new BackfillRunner(caravan, json).run(backfill.order().source(), id);
            }
        }
    }
}
