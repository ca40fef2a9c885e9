package dev.caravan.cli;

import dev.caravan.sandbox.FaultRule;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code caravan sandbox}: the vendors alone, for daemons and tests in other processes. */
@Command(
        name = "sandbox",
        description = "Play the vendors alone on loopback, until told to stop; prints the settings that point to them.",
        mixinStandardHelpOptions = true)
final class SandboxCommand implements Callable<Integer> {
    @ParentCommand
    private CaravanCommand parent;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port to listen on; any by default.")
    private int port;

    @Option(
            names = "--fault",
            paramLabel = "RULE",
            description = "A fault to play, such as defillama:server_error:status=503:share=0.2; may be repeated.")
    private List<String> faults = List.of();

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = parent.settings(Map.of());
        try (Sandbox sandbox =
                Sandbox.start(name -> settings.layers().file("config/sources/" + name), settings.clock(), port)) {
            faults.forEach(rule -> sandbox.faults().add(FaultRule.parse(rule)));
            sandbox.endpoints().forEach((name, url) -> System.out.println(name + "=" + url));
            // For programs that read along; to a shell it is a comment.
            System.out.println("# ready");
            System.out.flush();
            new CountDownLatch(1).await();
        }
        return CaravanCommand.DONE;
    }
}
