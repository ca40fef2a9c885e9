package dev.caravan.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.fetch.Accounts;
import dev.caravan.ingest.Pull;
import dev.caravan.ingest.PullLedger;
import dev.caravan.ingest.PullRunning;
import dev.caravan.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Variable;

/** Pulls that an operator starts over HTTP: the bean {@code pullAdmin}. */
public final class PullAdmin {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A pull that has not begun by then waits for a database that is away. */
    private static final Duration BEGINS_WITHIN = Duration.ofSeconds(10);

    private static final long LOOK_EVERY_MILLIS = 20;

    private final Settings settings;
    private final Accounts accounts;
    private final PullLedger ledger;

    /**
     * @param settings the sources
     * @param accounts which of them can be asked
     * @param ledger where pulls begin
     */
    public PullAdmin(Settings settings, Accounts accounts, PullLedger ledger) {
        this.settings = settings;
        this.accounts = accounts;
        this.ledger = ledger;
    }

    /**
     * Starts a pull by its route, as the schedule does, and does not wait for its end.
     *
     * @param ask no parameters
     * @param source the source, from the path
     * @param context the running program
     * @return the answer of {@code POST /admin/pull/{source}}: the pull's id
     * @throws Problem 404 when there is no such source, 409 when it has no key or is being pulled, 503 when it could not begin
     */
    public ObjectNode start(@Variable("ask") Parameters ask, @Variable("source") String source, CamelContext context) {
        ask.only();
        List<String> known = settings.sources();
        String endpoint = "direct:" + source + "-pull";
        if (!known.contains(source) || context.getRoute(source + "-pull") == null) {
            throw Problem.notFound("unknown_source", "there is no such source", known);
        }
        accounts.notConfigured(source).ifPresent(why -> {
            throw new Problem(409, "not_configured", source + " is not configured: " + why, List.of());
        });
        ledger.running(source).ifPresent(pull -> {
            throw running(source);
        });
        // The template is let go when the pull ends: closed before, it would cut the pull off.
        ProducerTemplate template = context.createProducerTemplate();
        CompletableFuture<Exchange> end = template.asyncSend(endpoint, exchange -> {});
        CompletableFuture<Exchange> stopped = end.whenComplete((exchange, failure) -> template.stop());
        ObjectNode answer = JSON.createObjectNode();
        answer.put("source", source);
        answer.put("pull_id", begun(source, stopped).id());
        answer.put("next", "GET /sources tells how it goes");
        return answer;
    }

    private Pull begun(String source, CompletableFuture<Exchange> end) {
        long deadline = System.nanoTime() + BEGINS_WITHIN.toNanos();
        Optional<Pull> pull = ledger.running(source);
        while (pull.isEmpty() && System.nanoTime() - deadline < 0) {
            try {
                pull = Optional.of(ended(source, end.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)));
            } catch (TimeoutException e) {
                pull = ledger.running(source);
            } catch (ExecutionException e) {
                throw failed();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return pull.orElseThrow(
                () -> new Problem(503, "pull_waits", "the pull has not begun yet; GET /sources tells when", List.of()));
    }

    /** A pull that was over before it was seen, or one that never began. */
    private static Pull ended(String source, Exchange exchange) {
        Pull pull = exchange.getVariable("pull", Pull.class);
        if (pull != null) {
            return pull;
        }
        throw exchange.getException() instanceof PullRunning ? running(source) : failed();
    }

    private static Problem failed() {
        return new Problem(503, "pull_failed", "the pull could not begin; the log says why", List.of());
    }

    private static Problem running(String source) {
        return new Problem(409, "pull_running", source + " is being pulled already", List.of());
    }
}
