package dev.caravan.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code caravan setup}: schema and catalogue. */
@Command(
        name = "setup",
        description = "Bring schema, metrics and entities up to date; does nothing when they are.",
        mixinStandardHelpOptions = true)
final class SetupCommand implements Callable<Integer> {
    @ParentCommand
    private CaravanCommand parent;

    @Override
    public Integer call() {
        try (Session session = Session.ofDatabase(parent, Map.of())) {
            System.out.println("Ready: " + session.caravan().database().description());
        }
        return CaravanCommand.DONE;
    }
}
