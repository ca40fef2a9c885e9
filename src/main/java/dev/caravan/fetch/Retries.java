package dev.caravan.fetch;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.springframework.dao.DataAccessException;

/**
 * Decides whether a failed request is tried again and how long to wait: exponential backoff with jitter, the vendor's
 * {@code Retry-After} before it, both bounded. A 429 silences the whole account, not only the request that met it; a 503
 * slows down an account that has a degraded rate.
 */
public final class Retries implements Processor, Predicate {
    private static final String ATTEMPTS = "caravan.attempts";
    private static final String LAST_FAILURE = "caravan.last-failure";

    private final Pacer pacer;
    private final int retries;
    private final Duration first;
    private final Duration longest;
    private final Duration longestRetryAfter;
    private final Duration degradedFor;

    /**
     * @param pacer silences an account, and slows it down
     * @param settings {@code fetch.retries}, {@code fetch.backoff.first}, {@code fetch.backoff.longest},
     *     {@code fetch.retry-after.longest}, {@code fetch.degraded-for}
     */
    public Retries(Pacer pacer, Settings settings) {
        this.pacer = pacer;
        this.retries = settings.number("fetch.retries", 0, 20);
        this.first = settings.duration("fetch.backoff.first");
        this.longest = settings.duration("fetch.backoff.longest");
        this.longestRetryAfter = settings.duration("fetch.retry-after.longest");
        this.degradedFor = settings.duration("fetch.degraded-for");
    }

    /**
     * Called by Camel on each failure before {@link #matches}: sets the wait before the next try.
     *
     * @param exchange the failed exchange
     */
    @Override
    public void process(Exchange exchange) {
        VendorFailure failure = failureOf(exchange);
        if (!isNotAsked(failure)) {
            exchange.setProperty(LAST_FAILURE, failure);
        }
        int attempts = attempts(exchange);
        long backoff = Math.min(longest.toMillis(), first.toMillis() << Math.max(0, Math.min(20, attempts - 1)));
        long wait = backoff / 2 + ThreadLocalRandom.current().nextLong(backoff / 2 + 1);
        VendorRequest request = exchange.getVariable("request", VendorRequest.class);
        if (failure instanceof TransientFailure healing && healing.status() == 429 && request != null) {
            Duration pause = healing.retryAfter() == null ? Duration.ofMillis(wait) : healing.retryAfter();
            if (pause.compareTo(longestRetryAfter) <= 0) {
                pacer.pause(request.source(), pause);
                wait = 1; // the pacer makes it wait, together with all the others
            }
        } else if (failure instanceof TransientFailure healing && healing.retryAfter() != null) {
            wait = Math.max(wait, healing.retryAfter().toMillis());
        }
        if (failure.status() == 503 && request != null) {
            pacer.degrade(request.source(), degradedFor);
        }
        // Camel reads the wait from the message that came in. An answer that broke off has left an outgoing one behind.
        exchange.getIn().setHeader(Exchange.REDELIVERY_DELAY, wait);
    }

    /**
     * @param exchange the failed exchange
     * @return whether to try again
     */
    @Override
    public boolean matches(Exchange exchange) {
        if (!(failureOf(exchange) instanceof TransientFailure failure)) {
            return false;
        }
        boolean tooLong = failure.retryAfter() != null && failure.retryAfter().compareTo(longestRetryAfter) > 0;
        boolean stopping = exchange.getContext().isStopping();
        Asking asking = exchange.getVariable("pull", Asking.class);
        if (asking != null && !asking.isWorthAnotherTry()) {
            return false;
        }
        return attempts(exchange) <= Math.min(retries, failure.retries()) && !tooLong && !stopping;
    }

    /**
     * Counts a request that leaves.
     *
     * @param exchange an exchange that asks a vendor
     */
    static void countAttempt(Exchange exchange) {
        exchange.setProperty(ATTEMPTS, attempts(exchange) + 1);
    }

    /**
     * @param exchange an exchange that asks a vendor
     * @return how often it has asked so far. Camel's own counter is a header, and the fetch route drops all headers
     */
    public static int attempts(Exchange exchange) {
        return exchange.getProperty(ATTEMPTS, 0, Integer.class);
    }

    /**
     * @param exchange a failed exchange
     * @return its failure in our terms: what the network raised is transient, unless the answer was beyond its bound; a
     *     mistake in the configuration is told in its own words
     */
    public static VendorFailure failureOf(Exchange exchange) {
        Exception raised = exchange.getException() != null
                ? exchange.getException()
                : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        for (Throwable cause = raised; cause != null; cause = cause.getCause()) {
            if (cause instanceof VendorFailure failure) {
                return failure;
            }
            if (cause instanceof VendorHttp.AnswerTooLarge || cause instanceof ConfigurationException) {
                return new TerminalFailure(cause.getMessage(), 0);
            }
        }
        String text = raised == null ? "unknown" : describe(raised);
        return raised instanceof java.io.IOException
                ? new TransientFailure(text, 0, null, Integer.MAX_VALUE, null)
                : new TerminalFailure(text, 0);
    }

    private static boolean isNotAsked(VendorFailure failure) {
        return failure instanceof TerminalFailure terminal && terminal.isNotAsked();
    }

    /**
     * @param exchange a failed exchange
     * @return its failure; of a request that was not tried again because nothing more was to be asked, the failure before
     */
    public static VendorFailure lastWord(Exchange exchange) {
        VendorFailure failure = failureOf(exchange);
        VendorFailure before = exchange.getProperty(LAST_FAILURE, VendorFailure.class);
        return isNotAsked(failure) && before != null ? before : failure;
    }

    /** One line, and of the database's errors what the server said: the statement itself is no use to a reader of notes. */
    private static String describe(Exception raised) {
        String text = raised instanceof DataAccessException refused
                ? "the database: " + refused.getMostSpecificCause().getMessage()
                : raised.getClass().getSimpleName() + ": " + raised.getMessage();
        return text.lines().findFirst().orElse("");
    }
}
