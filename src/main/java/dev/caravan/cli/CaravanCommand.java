package dev.caravan.cli;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Layers;
import dev.caravan.settings.Secrets;
import dev.caravan.settings.Settings;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code caravan}: reads the command line and tells by its exit code how it went. */
@Command(
        name = "caravan",
        description = "Pulls market data of crypto and equities into PostgreSQL, and answers questions about it.",
        mixinStandardHelpOptions = true,
        versionProvider = CaravanCommand.Version.class,
        subcommands = {
            UpCommand.class,
            SetupCommand.class,
            PullCommand.class,
            BackfillCommand.class,
            BackfillsCommand.class,
            GapsCommand.class,
            SourcesCommand.class,
            StatusCommand.class,
            RoutesCommand.class,
            EntitiesCommand.class,
            SandboxCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:wrong usage or configuration",
            "3:partial: some requests failed, the rest is stored"
        })
public final class CaravanCommand implements Runnable {
    /** All went well. */
    static final int DONE = 0;
    /** It failed. */
    static final int FAILED = 1;
    /** The command line or a setting is wrong. */
    static final int WRONG_USAGE = 2;
    /** Some requests failed, the rest is stored. */
    static final int PARTIAL = 3;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--sandbox",
            scope = ScopeType.INHERIT,
            description = "Play the vendors on loopback, with data of its own; no keys and no network needed.")
    private boolean sandbox;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where the program keeps its own files (CARAVAN_DATA_DIR).")
    private Path dataDirectory;

    /**
     * Runs the program and ends the process.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        Secrets.guardStandardStreams();
        // No day may depend on where the machine stands.
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        System.exit(run(arguments));
    }

    /**
     * Runs the program.
     *
     * @param arguments the command line
     * @return the exit code
     */
    public static int run(String... arguments) {
        return new CommandLine(new CaravanCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command))
                .execute(arguments);
    }

    private static int report(Exception failure, CommandLine command) {
        Logger log = LoggerFactory.getLogger(CaravanCommand.class);
        log.debug("The command failed", failure);
        boolean ours = failure instanceof ConfigurationException;
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        command.getErr().println("caravan: " + Secrets.mask(text));
        if (!ours) {
            log.info("CARAVAN_LOG_LEVEL=debug shows where it failed");
        }
        return ours ? WRONG_USAGE : FAILED;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** @return whether the vendors are played on loopback */
    boolean sandbox() {
        return sandbox;
    }

    /**
     * Reads the settings with what this command line says.
     *
     * @param more further settings from the command line
     * @return the settings in force
     */
    Settings settings(Map<String, String> more) {
        Map<String, String> commandLine = new HashMap<>(more);
        if (dataDirectory != null) {
            commandLine.put("caravan.data-dir", dataDirectory.toAbsolutePath().toString());
        }
        return Settings.load(layers(), System.getenv(), commandLine, sandbox);
    }

    /** {@code CARAVAN_HOME} over the installation. */
    static Layers layers() {
        Path installation = installation();
        String named = System.getenv("CARAVAN_HOME");
        return named == null || named.isBlank()
                ? Layers.of(installation)
                : Layers.of(installation, Path.of(named).toAbsolutePath());
    }

    /** The folder beside the jar or above it that holds routes and sql, else where we stand. */
    private static Path installation() {
        try {
            Path place = Path.of(CaravanCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path folder = place.getParent(); folder != null; folder = folder.getParent()) {
                if (Files.isDirectory(folder.resolve("routes")) && Files.isDirectory(folder.resolve("sql"))) {
                    return folder;
                }
            }
        } catch (URISyntaxException e) {
            throw new ConfigurationException("cannot tell where the program stands: set CARAVAN_HOME", e);
        }
        return Path.of("").toAbsolutePath();
    }

    /** The version that the jar carries. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = CaravanCommand.class.getPackage().getImplementationVersion();
            return new String[] {"caravan " + (version == null ? "development" : version)};
        }
    }
}
