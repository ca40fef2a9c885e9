package dev.caravan.ingest;

import dev.caravan.fetch.Retries;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.Normaliser;
import java.time.Clock;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of a pull that routes name: the bean {@code pulls}. */
public final class PullSteps {
    private static final Logger LOG = LoggerFactory.getLogger(PullSteps.class);

    private final PullLedger ledger;
    private final ObservationWriter writer;
    private final Clock clock;

    /**
     * @param ledger begins and ends pulls
     * @param writer stores observations
     * @param clock the program's clock
     */
    public PullSteps(PullLedger ledger, ObservationWriter writer, Clock clock) {
        this.ledger = ledger;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * @param source the source
     * @return the running pull, for the variable {@code pull}
     * @throws PullRunning when one is running already
     */
    public Pull begin(String source) {
        return ledger.begin(source);
    }

    /**
     * Lets a request through to wait for its turn, unless nothing more is to be asked, {@link Pull#admit}, or requests of
     * this size must be too large.
     *
     * @param pull the running pull, or run of a backfill
     * @param request what is to be asked
     * @throws TerminalFailure when asking it is of no use
     */
    public void admit(@Variable("pull") Retrieval pull, @Variable("request") VendorRequest request) {
        pull.admit(request);
    }

    /**
     * Turns an answer into observations and notes what came.
     *
     * @param normaliser the source's
     * @param request what was asked
     * @param answer the answer, as the route has read it
     * @param pull the running pull, or run of a backfill
     * @return the observations
     * @param <A> what the normaliser reads
     */
    @SuppressWarnings("unchecked") // the route pairs the data format with the normaliser
    public <A> ObservationBatch normalise(
            Normaliser<A> normaliser, VendorRequest request, Object answer, Retrieval pull) {
        NormalisedAnswer normalised = normaliser.normalise(request, (A) answer, pull.startedAt());
        pull.answered(request, normalised);
        return normalised.observations();
    }

    /**
     * Stores what was gathered.
     *
     * @param batch the observations, or anything else where there was nothing to gather
     * @param pull the running pull
     */
    public void store(@Body Object batch, @Variable("pull") Pull pull) {
        if (batch instanceof ObservationBatch observations) {
            pull.stored(writer.store(observations, ConflictPolicy.REVISE, pull.id()));
        }
    }

    /**
     * Notes a failure: of one request, so that the pull goes on without it, or of the whole pull, which then ends.
     *
     * @param exchange the failed exchange
     */
    public void failed(Exchange exchange) {
        Pull pull = exchange.getVariable("pull", Pull.class);
        VendorRequest request = exchange.getVariable("request", VendorRequest.class);
        VendorFailure failure = Retries.lastWord(exchange);
        LOG.debug("{} failed", request, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        if (pull == null) {
            return; // it never began: the caller gets the failure
        }
        if (request != null) {
            pull.failed(request, failure, Retries.attempts(exchange), clock.instant());
            exchange.getMessage().setBody(ObservationBatch.EMPTY);
        } else {
            ledger.abort(pull, failure.getMessage());
            exchange.getMessage().setBody(PullStatus.ERROR);
        }
    }

    /**
     * Takes the requests that stand in for ones that were too large.
     *
     * @param pull the running pull
     * @return the halves, to be asked as the others
     */
    public List<VendorRequest> again(@Variable("pull") Pull pull) {
        return pull.takeHalves();
    }

    /**
     * @param pull the running pull
     * @return how it ended
     */
    public PullStatus end(@Variable("pull") Pull pull) {
        return ledger.end(pull);
    }
}
