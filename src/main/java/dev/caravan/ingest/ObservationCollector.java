package dev.caravan.ingest;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/**
 * The aggregation of a pull's split: gathers the observations of all answers into one batch, so that a thousand small
 * answers are one statement. The body is an {@link ObservationBatch} in and out.
 */
public final class ObservationCollector implements AggregationStrategy {
    @Override
    public Exchange aggregate(Exchange gathered, Exchange arrived) {
        Exchange result = gathered;
        if (result == null) {
            // A new exchange: one whose failure was handled carries a mark that would end the whole pull here.
            result = new DefaultExchange(arrived.getContext());
            result.getMessage().setBody(new ObservationBatch.Builder());
        }
        if (arrived.getMessage().getBody() instanceof ObservationBatch batch) {
            result.getMessage().getBody(ObservationBatch.Builder.class).addAll(batch);
        }
        return result;
    }

    @Override
    public void onCompletion(Exchange exchange) {
        if (exchange != null && exchange.getMessage().getBody() instanceof ObservationBatch.Builder builder) {
            exchange.getMessage().setBody(builder.build());
        }
    }
}
