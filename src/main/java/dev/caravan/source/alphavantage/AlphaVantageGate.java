package dev.caravan.source.alphavantage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.fetch.Budget;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.ingest.Retrieval;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Ends the asking of a pull when the vendor has said that no request can fare better: the key is refused, the plan does not
 * include the function, the day's requests are spent (contract, section 5). Asking on would only spend the budget. Used by
 * the routes as the bean {@code alphavantageGate}.
 */
public final class AlphaVantageGate {
    private final Budget budget;

    /**
     * @param budget where it is noted that the vendor calls a day spent
     */
    public AlphaVantageGate(Budget budget) {
        this.budget = budget;
    }

    /**
     * Lets an answer pass unless it is one of the vendor's messages with HTTP 200. That the vendor does not know the ticker
     * passes as well: to the normaliser it is an answer without data.
     *
     * @param answer the whole answer
     * @param pull the running pull, or run of a backfill
     * @throws VendorFailure when it is a message; a transient one where waiting helps
     */
    public void check(@Body String answer, @Variable("pull") Retrieval pull) {
        Optional<ObjectNode> object = AlphaVantageSeries.object(answer);
        Optional<AlphaVantageMessage> message = object.flatMap(AlphaVantageMessage::of);
        if (message.isEmpty() || message.get().kind() == AlphaVantageMessage.Kind.INVALID_CALL) {
            return;
        }
        VendorFailure failure = message.get().failure();
        if (message.get().kind().stopsThePull()) {
            pull.askNoMore(failure.getMessage());
        }
        if (message.get().kind() == AlphaVantageMessage.Kind.DAY_SPENT) {
            budget.calledSpent(AlphaVantagePlanner.SOURCE);
        }
        throw failure;
    }
}
