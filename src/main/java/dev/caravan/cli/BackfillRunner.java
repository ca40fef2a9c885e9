package dev.caravan.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.Caravan;
import dev.caravan.backfill.BackfillRunning;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Secrets;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import picocli.CommandLine;

/** Runs an order of history in the process of a command, with a bar on a terminal and plain lines elsewhere. */
final class BackfillRunner {
    private static final long FINISHES_WITHIN_SECONDS = 45;
    private static final long LINE_EVERY_NANOS = 5_000_000_000L;

    private final Caravan caravan;
    private final boolean json;

    BackfillRunner(Caravan caravan, boolean json) {
        this.caravan = caravan;
        this.json = json;
    }

    /** Says what is wrong with a source that cannot be read back. */
    static void refuseUnlessHistory(Caravan caravan, String source) {
        if (!caravan.settings().sources().contains(source)) {
            throw new ConfigurationException("there is no source " + source + "; the sources are "
                    + String.join(", ", caravan.settings().sources()));
        }
        caravan.accounts().notConfigured(source).ifPresent(why -> {
            throw new ConfigurationException(source + " is not configured: " + why);
        });
    }

    /**
     * @return the exit code
     */
    int run(String source, int id) throws IOException, InterruptedException {
        if (caravan.context().getRoute(source + "-backfill") == null) {
            caravan.backfills().want(id, "cancel");
            throw new ConfigurationException(source + " has no route that reads history");
        }
        // Told to stop, it finishes what is in flight; the order stays, interrupted, and goes on when it is told to.
        CountDownLatch over = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(over), "stop"));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (ProducerTemplate template = caravan.context().createProducerTemplate()) {
            Future<Object> running =
                    thread.submit(() -> template.requestBody("direct:" + source + "-backfill", (Object) id));
            follow(running, id);
        } finally {
            thread.shutdown();
            over.countDown();
        }
        ObjectNode report = caravan.backfillReport().one(id).orElseThrow();
        print(report);
        return exitCode(report.path("state").asText());
    }

    private void stop(CountDownLatch over) {
        caravan.stopBackfills();
        try {
            if (!over.await(FINISHES_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("what was in flight did not end in time; the ledger has it as under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(Future<Object> running, int id) throws InterruptedException {
        boolean terminal = CommandLine.Help.Ansi.AUTO.enabled() && !json;
        long nextLine = System.nanoTime() + LINE_EVERY_NANOS;
        ProgressBar bar = terminal
                ? new ProgressBarBuilder()
                        .setTaskName("backfill " + id)
                        .setInitialMax(1)
                        .build()
                : null;
        try (bar) {
            while (!ended(running)) {
                ObjectNode report = caravan.backfillReport().one(id).orElseThrow();
                if (bar != null) {
                    bar.maxHint(Math.max(1, report.path("windows").asLong()))
                            .stepTo(report.path("windows_done").asLong()
                                    + report.path("windows_failed").asLong())
                            .setExtraMessage(report.path("new_rows").asLong() + " rows, "
                                    + time(report.path("seconds_left").asLong(0)) + " left");
                } else if (System.nanoTime() - nextLine > 0) {
                    System.err.println(line(report));
                    nextLine += LINE_EVERY_NANOS;
                }
            }
            running.get();
        } catch (ExecutionException e) {
            Throwable cause =
                    e.getCause() instanceof CamelExecutionException wrapped ? wrapped.getCause() : e.getCause();
            if (cause instanceof BackfillRunning) {
                throw new ConfigurationException(cause.getMessage() + "; " + id + " is queued behind it for the daemon"
                        + " (caravan backfills cancel " + id + " takes it back)");
            }
            throw new IllegalStateException(Secrets.mask(cause.getMessage()), cause);
        }
    }

    private static boolean ended(Future<Object> running) throws InterruptedException, ExecutionException {
        try {
            running.get(500, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** How far it is, in a line. */
    static String line(ObjectNode report) {
        String left = report.hasNonNull("seconds_left")
                ? ", " + time(report.path("seconds_left").asLong()) + " left"
                : "";
        return report.path("source").asText() + ": " + report.path("kind").asText() + " "
                + report.path("id").asInt() + " " + report.path("state").asText() + ": "
                + report.path("windows_done").asLong() + " of "
                + report.path("windows").asLong() + " windows"
                + (report.path("windows_failed").asLong() > 0
                        ? ", " + report.path("windows_failed").asLong() + " failed"
                        : "")
                + ", " + report.path("requests").asLong() + " requests, "
                + report.path("new_rows").asLong() + " new, "
                + report.path("changed_rows").asLong() + " changed rows" + left;
    }

    private void print(ObjectNode report) throws IOException {
        if (json) {
            System.out.println(
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
            return;
        }
        System.out.println(line(report));
        if (report.hasNonNull("notes")) {
            System.out.println("  " + report.path("notes").asText());
        }
        if (report.hasNonNull("last_error")) {
            System.out.println("  last error: " + report.path("last_error").asText());
        }
    }

    private static int exitCode(String state) {
        return switch (state) {
            case "done" -> CaravanCommand.DONE;
            case "partial" -> CaravanCommand.PARTIAL;
            default -> CaravanCommand.FAILED;
        };
    }

    /** Seconds as people say them. */
    static String time(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d min %d s", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d h %d min", seconds / 3600, seconds % 3600 / 60);
    }
}
