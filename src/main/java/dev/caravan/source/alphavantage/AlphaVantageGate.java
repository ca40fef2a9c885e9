package dev.caravan.source.alphavantage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.ingest.Pull;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Ends the asking of a pull when the vendor has said that no request can fare better: the key is refused, the plan does not
 * include the function, the day's requests are spent (contract, section 5). Asking on would only spend the budget. Used by
 * the routes as the bean {@code alphavantageGate}.
 */
public final class AlphaVantageGate {
    private final Map<Pull, String> stopped = Collections.synchronizedMap(new WeakHashMap<>());
    private volatile LocalDate spentOn;

    /** A gate that lets all pass. */
    public AlphaVantageGate() {
        this.spentOn = LocalDate.MIN;
    }

    /**
     * Lets a request through unless the vendor has stopped this pull.
     *
     * @param pull the running pull
     * @throws TerminalFailure when it has
     */
    public void admit(@Variable("pull") Pull pull) {
        String reason = stopped.get(pull);
        if (reason != null) {
            throw new TerminalFailure("not asked: " + reason, 0);
        }
    }

    /**
     * Lets an answer pass unless it is one of the vendor's messages with HTTP 200. That the vendor does not know the ticker
     * passes as well: to the normaliser it is an answer without data.
     *
     * @param answer the whole answer
     * @param pull the running pull
     * @throws VendorFailure when it is a message; a transient one where waiting helps
     */
    public void check(@Body String answer, @Variable("pull") Pull pull) {
        Optional<ObjectNode> object = AlphaVantageSeries.object(answer);
        Optional<AlphaVantageMessage> message = object.flatMap(AlphaVantageMessage::of);
        if (message.isEmpty() || message.get().kind() == AlphaVantageMessage.Kind.INVALID_CALL) {
            return;
        }
        VendorFailure failure = message.get().failure();
        if (message.get().kind().stopsThePull()) {
            stopped.put(pull, failure.getMessage());
        }
        if (message.get().kind() == AlphaVantageMessage.Kind.DAY_SPENT) {
            spentOn = day(pull.startedAt());
        }
        throw failure;
    }

    /**
     * @param now the time of a pull, UTC
     * @return whether the vendor has said on this UTC day that the account's requests are spent, whatever our own count says
     */
    boolean isDaySpent(Instant now) {
        return day(now).equals(spentOn);
    }

    private static LocalDate day(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).toLocalDate();
    }
}
