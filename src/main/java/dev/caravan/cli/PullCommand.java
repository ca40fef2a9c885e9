package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.Caravan;
import dev.caravan.ingest.Pull;
import dev.caravan.ingest.PullRunning;
import dev.caravan.ingest.PullStatus;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code caravan pull}: one pull of each named source, by its route. */
@Command(
        name = "pull",
        description = "Pull sources once. Works beside a running daemon.",
        mixinStandardHelpOptions = true)
final class PullCommand implements Callable<Integer> {
    private static final long LINE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    @ParentCommand
    private CaravanCommand parent;

    @Parameters(arity = "1..*", paramLabel = "SOURCE", description = "Sources by name, or all.")
    private List<String> names;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Session.logWarningsOnly();
        try (Session session = Session.withVendors(parent, Map.of())) {
            Caravan caravan = session.caravan();
            List<String> sources = choose(caravan);
            caravan.start(Caravan.PULL_ROUTES.toArray(String[]::new));
            Map<String, String> outcome = pull(caravan, sources);
            print(caravan, outcome);
            return exitCode(outcome);
        }
    }

    private List<String> choose(Caravan caravan) {
        List<String> known = caravan.settings().sources();
        boolean all = names.equals(List.of("all"));
        List<String> chosen = new ArrayList<>();
        for (String name : all ? known : names) {
            if (!known.contains(name)) {
                throw new ConfigurationException(
                        "there is no source " + name + "; the sources are " + String.join(", ", known));
            }
            String missing = caravan.accounts().notConfigured(name).orElse(null);
            if (missing == null) {
                chosen.add(name);
            } else if (all) {
                System.err.println(name + ": not configured, skipped: " + missing);
            } else {
                throw new ConfigurationException(name + " is not configured: " + missing);
            }
        }
        return chosen;
    }

    /** All sources side by side, as each has a rate of its own. */
    private static Map<String, String> pull(Caravan caravan, List<String> sources) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, sources.size()));
        Map<String, String> outcome = new LinkedHashMap<>();
        try (ProducerTemplate template = caravan.context().createProducerTemplate()) {
            Map<String, Future<Object>> running = new LinkedHashMap<>();
            for (String source : sources) {
                running.put(
                        source,
                        threads.submit(() -> template.requestBody("direct:" + source + "-pull", (Object) null)));
            }
            for (Map.Entry<String, Future<Object>> pull : running.entrySet()) {
                outcome.put(pull.getKey(), await(caravan, pull.getKey(), pull.getValue()));
            }
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
        return outcome;
    }

    private static String await(Caravan caravan, String source, Future<Object> running) throws InterruptedException {
        boolean terminal = CommandLine.Help.Ansi.AUTO.enabled();
        ProgressBar bar = terminal
                ? new ProgressBarBuilder().setTaskName(source).setInitialMax(1).build()
                : null;
        long nextLine = System.nanoTime() + LINE_EVERY_NANOS;
        try (bar) {
            while (!ended(running)) {
                Pull.Progress progress =
                        caravan.ledger().running(source).map(Pull::progress).orElse(null);
                if (bar != null && progress != null) {
                    bar.maxHint(progress.planned()).stepTo(progress.done());
                } else if (progress != null && System.nanoTime() - nextLine > 0) {
                    System.err.println(source + ": " + progress.done() + " of " + progress.planned() + " requests, "
                            + progress.failed() + " failed");
                    nextLine += LINE_EVERY_NANOS;
                }
            }
            return ((PullStatus) running.get()).label();
        } catch (ExecutionException e) {
            return failure(e);
        }
    }

    /** Waits a moment, and tells whether the pull has ended, well or not. */
    private static boolean ended(Future<Object> running) throws InterruptedException, ExecutionException {
        try {
            running.get(200, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static String failure(ExecutionException failure) {
        Throwable cause =
                failure.getCause() instanceof CamelExecutionException wrapped ? wrapped.getCause() : failure.getCause();
        return cause instanceof PullRunning ? cause.getMessage() : "error: " + Secrets.mask(cause.getMessage());
    }

    private void print(Caravan caravan, Map<String, String> outcome) throws java.io.IOException {
        ObjectNode report = caravan.sources().report();
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode result = mapper.createObjectNode();
        outcome.forEach((source, status) -> {
            ObjectNode pull = result.putObject(source);
            pull.put("status", status);
            for (JsonNode entry : report.path("sources")) {
                if (entry.path("name").asText().equals(source)
                        && entry.path("last_status").asText().equals(status)) {
                    pull.setAll((ObjectNode) entry.path("pull"));
                }
            }
        });
        if (json) {
            System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(result));
            return;
        }
        result.properties().forEach(entry -> {
            JsonNode pull = entry.getValue();
            System.out.println(entry.getKey() + ": " + pull.path("status").asText()
                    + (pull.has("received")
                            ? ": " + pull.path("received") + " of " + pull.path("expected") + " series, "
                                    + pull.path("requests") + " requests, " + pull.path("failed") + " failed, "
                                    + pull.path("new_rows") + " new, " + pull.path("changed_rows") + " changed, "
                                    + pull.path("unchanged_rows") + " unchanged rows"
                            : "")
                    + (pull.hasNonNull("notes") ? "\n  " + pull.path("notes").asText() : ""));
        });
    }

    private static int exitCode(Map<String, String> outcome) {
        boolean partial = false;
        for (String status : outcome.values()) {
            if (status.equals(PullStatus.PARTIAL.label())) {
                partial = true;
            } else if (!status.equals(PullStatus.SUCCESS.label()) && !status.equals(PullStatus.NO_DATA.label())) {
                return CaravanCommand.FAILED;
            }
        }
        return partial ? CaravanCommand.PARTIAL : CaravanCommand.DONE;
    }
}
