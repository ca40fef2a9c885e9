package dev.caravan.cli;

import static org.awaitility.Awaitility.await;

import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program {@code caravan} in a process of its own, as a person starts it. */
final class ChildCaravan implements AutoCloseable {
    private final Process process;
    private final Path output;
    private final Path errors;

    private ChildCaravan(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** Starts it with the project as home, an environment without settings but these, and output to files. */
    static ChildCaravan start(Path folder, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // The log of the program itself, not the one of the tests.
                "-Dlog4j2.configurationFile=" + TestHome.project().resolve("src/main/resources/log4j2.xml"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.caravan.cli.CaravanCommand"));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(folder, "output", ".txt");
            Path errors = Files.createTempFile(folder, "errors", ".txt");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().keySet().retainAll(List.of("PATH", "HOME", "TMPDIR", "LANG"));
            builder.environment().put("CARAVAN_HOME", TestHome.project().toString());
            builder.environment().putAll(environment);
            return new ChildCaravan(builder.start(), output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end; gives the exit code. */
    int exitCode() {
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                throw new AssertionError("the program has not ended after 120 s: " + output() + errors());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return process.exitValue();
    }

    /** Waits until it says that it is ready. */
    ChildCaravan awaitReady() {
        await().atMost(90, TimeUnit.SECONDS).until(() -> output().contains("is ready at") || !process.isAlive());
        if (!output().contains("is ready at")) {
            throw new AssertionError("the daemon ended instead of being ready: " + output() + errors());
        }
        return this;
    }

    /** What it wrote to standard output so far. */
    String output() {
        return read(output);
    }

    /** What it wrote to standard error so far. */
    String errors() {
        return read(errors);
    }

    /** Its process number. */
    long pid() {
        return process.pid();
    }

    /** Whether it has not ended yet. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL, and the wait for its death. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
