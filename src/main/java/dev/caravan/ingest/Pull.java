package dev.caravan.ingest;

import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.settings.Secrets;
import dev.caravan.source.NormalisedAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One pull while it runs: what was asked, what came, what failed. Used by many threads at once; what it has gathered is
 * judged and written down by {@link PullLedger} when the pull ends.
 */
public final class Pull implements Retrieval {
    private static final int TOO_LARGE_IN_A_ROW = 5;
    /** All five contracts: the key is not known, and no other request can fare better. */
    private static final int UNAUTHORIZED = 401;

    private final int id;
    private final String source;
    private final Instant startedAt;
    private final int hopelessAfter;

    private int planned;
    private int done;
    private int failuresInARow;
    private int tooLargeInARow;
    private final List<Failure> failures = new ArrayList<>();
    private final List<VendorRequest> answered = new ArrayList<>();
    private final List<Failure> refused = new ArrayList<>();
    private final Set<Item> received = new HashSet<>();
    private final Map<String, Set<String>> offered = new HashMap<>();
    private final Map<String, String> vendorNames = new HashMap<>();
    private final List<Quarantined> quarantine = new ArrayList<>();
    private StoreResult stored = StoreResult.NONE;
    private boolean stopped;
    private String noMore;
    /** Whether requests were too large and nothing has been answered since. */
    private boolean sizeInDoubt;

    private final List<Failure> tooLarge = new ArrayList<>();
    private final List<Failure> surelyTooLarge = new ArrayList<>();

    /** An asset and one of its metrics at a venue, by the source's names. */
    record Item(String asset, String metric, String exchange) {}

    /** A request that failed for good, or was refused. */
    record Failure(VendorRequest request, String reason, int status, int attempts, Instant at) {}

    /** A part of an answer that could not be understood. */
    record Quarantined(VendorRequest request, String reason, String fragment, Instant at) {}

    /**
     * @param id number of its row in {@code pulls}
     * @param source the source
     * @param startedAt when it began
     * @param hopelessAfter so many failed requests in a row end the asking
     */
    Pull(int id, String source, Instant startedAt, int hopelessAfter) {
        this.id = id;
        this.source = source;
        this.startedAt = startedAt;
        this.hopelessAfter = hopelessAfter;
    }

    /** @return number of its row in {@code pulls} */
    public int id() {
        return id;
    }

    /** @return the source */
    public String source() {
        return source;
    }

    @Override
    public Instant startedAt() {
        return startedAt;
    }

    /**
     * @param requests requests that will be made
     */
    public synchronized void plan(Collection<VendorRequest> requests) {
        planned += requests.size();
    }

    /** Told to stop: what is in flight is finished, nothing more is asked. */
    synchronized void stop() {
        stopped = true;
    }

    @Override
    public synchronized void askNoMore(String reason) {
        noMore = reason;
    }

    @Override
    public synchronized void admit(VendorRequest request) {
        admit();
        if (isSurelyTooLarge(request)) {
            throw TerminalFailure.tooLarge(request.halved().iterator().next());
        }
    }

    @Override
    public synchronized boolean isWorthAnotherTry() {
        // Where every size was refused, the vendor is likely to be down, and the next request is the other try.
        return !sizeInDoubt || failuresInARow < hopelessAfter / 2;
    }

    /**
     * Lets requests through, unless the program is stopping, the vendor has ended the asking, or so many failed in a row
     * that the vendor must be down.
     */
    public synchronized void admit() {
        if (stopped) {
            throw TerminalFailure.notAsked("the program was told to stop");
        }
        if (noMore != null) {
            throw TerminalFailure.notAsked(noMore);
        }
        if (hopeless()) {
            throw TerminalFailure.notAsked("too many requests before it failed in a row");
        }
    }

    /** @return whether it was told to stop before all was asked */
    public synchronized boolean stopped() {
        return stopped;
    }

    /** @return whether there are requests that were too large, whose halves have not been asked */
    public synchronized boolean isMore() {
        return !tooLarge.isEmpty() || !surelyTooLarge.isEmpty();
    }

    /**
     * Takes the halves of the requests that were too large. Those that were not even asked wait until a smaller one has been
     * answered: of a vendor that is down, size was not the reason. When nothing more is to be asked, they have all failed.
     *
     * @return requests that have been planned
     */
    synchronized List<VendorRequest> takeHalves() {
        List<VendorRequest> halves = new ArrayList<>();
        if (stopped || noMore != null || hopeless()) {
            failures.addAll(tooLarge);
            failures.addAll(surelyTooLarge);
            surelyTooLarge.clear();
        } else {
            tooLarge.forEach(whole -> halves.addAll(whole.request().halves().get()));
            if (!sizeInDoubt || tooLarge.isEmpty()) {
                surelyTooLarge.forEach(
                        whole -> halves.addAll(whole.request().halves().get()));
                surelyTooLarge.clear();
            }
        }
        tooLarge.clear();
        tooLargeInARow = 0; // what comes now is smaller
        planned += halves.size();
        return halves;
    }

    /**
     * Whether so many requests in a row were too large that others of that size need not be asked. So a vendor whose bound
     * is lower than ours costs a few refusals and not one for each request; and one that is down, and refuses every size
     * with the same status, is soon asked for the smallest, whose failures make the pull hopeless.
     *
     * @param request the request
     * @return whether it is to be asked by halves at once
     */
    synchronized boolean isSurelyTooLarge(VendorRequest request) {
        return tooLargeInARow >= TOO_LARGE_IN_A_ROW
                && !request.halved().isEmpty()
                && !request.halves().get().isEmpty();
    }

    /** @return whether so many requests failed in a row that asking on is of no use */
    public synchronized boolean hopeless() {
        return failuresInARow >= hopelessAfter;
    }

    @Override
    public synchronized void answered(VendorRequest request, NormalisedAnswer answer) {
        done++;
        failuresInARow = 0;
        tooLargeInARow = 0;
        sizeInDoubt = false;
        answered.add(request);
        for (SeriesKey key : answer.observations().keys()) {
            received.add(new Item(key.asset(), key.metric(), key.exchange()));
        }
        if (!answer.offered().isEmpty()) {
            offered.computeIfAbsent(request.answer(), kind -> new HashSet<>()).addAll(answer.offered());
        }
        vendorNames.putAll(answer.vendorNames());
        for (NormalisedAnswer.Rejection rejection : answer.rejections()) {
            quarantine.add(
                    new Quarantined(request, rejection.reason(), Secrets.mask(rejection.fragment()), Instant.now()));
        }
    }

    /**
     * Notes a request that failed for good, or that was too large and will be asked in halves.
     *
     * @param request what was asked
     * @param failure why it failed
     * @param attempts how often it was tried
     * @param at when, by the program's clock
     */
    public synchronized void failed(VendorRequest request, VendorFailure failure, int attempts, Instant at) {
        done++;
        failure.fragment().ifPresent(text -> quarantine.add(new Quarantined(request, failure.getMessage(), text, at)));
        Failure noted = new Failure(request, failure.getMessage(), failure.status(), attempts, at);
        if (failure.status() == UNAUTHORIZED && noMore == null) {
            askNoMore("the vendor refuses the key (HTTP 401)");
        }
        boolean halved = request.halved().contains(failure.status())
                && !request.halves().get().isEmpty();
        boolean notAsked = failure instanceof TerminalFailure terminal && terminal.isNotAsked();
        if (halved && notAsked) {
            surelyTooLarge.add(noted);
        } else if (halved && !hopeless()) {
            // A vendor that is down refuses every size, one that is well only some: size alone gives none up.
            if (tooLargeInARow < TOO_LARGE_IN_A_ROW && failuresInARow < hopelessAfter / 2) {
                failuresInARow++;
            }
            tooLargeInARow++;
            sizeInDoubt = true;
            tooLarge.add(noted);
        } else if (request.refusals().contains(failure.status())) {
            refused.add(noted); // a refusal or a failure: only the whole pull can tell
        } else {
            failuresInARow++;
            failures.add(noted);
        }
    }

    /**
     * @param result rows that were stored
     */
    public synchronized void stored(StoreResult result) {
        stored = stored.plus(result);
    }

    /** @return rows stored so far */
    synchronized StoreResult stored() {
        return stored;
    }

    /** @return how the vendor calls our assets, as its lists told so far */
    public synchronized Map<String, String> vendorNames() {
        return Map.copyOf(vendorNames);
    }

    /** @return requests planned so far, those done, and those of them that failed */
    public synchronized Progress progress() {
        return new Progress(planned, done, failures.size());
    }

    /**
     * How far a pull is.
     *
     * @param planned requests planned so far
     * @param done requests answered, refused or failed
     * @param failed of these, the failed ones
     */
    public record Progress(int planned, int done, int failed) {}

    /**
     * Judges the pull by what was expected against what came.
     *
     * @param known series that have answered before: true, or false where they have been silent for so long that they are
     *     no longer waited for
     * @param listed series that never answered and are listed as not offered
     * @return the judgement
     */
    synchronized PullVerdict judge(Map<Item, Boolean> known, Set<Item> listed) {
        PullVerdict.Builder verdict = new PullVerdict.Builder(received, failures);
        for (VendorRequest request : answered) {
            for (Item item : items(request)) {
                if (!received.contains(item)) {
                    boolean waitedFor = known.getOrDefault(item, false);
                    if (waitedFor) {
                        verdict.silent(item);
                    } else if (!known.containsKey(item)) {
                        verdict.notOffered(item, "left out of the answer to " + request.description());
                    }
                }
            }
        }
        for (Failure failure : failures) {
            items(failure.request()).stream()
                    .filter(item -> !listed.contains(item) && known.getOrDefault(item, true))
                    .forEach(verdict::unanswered);
        }
        for (Failure refusal : refused) {
            judgeRefusal(refusal, known, verdict);
        }
        return verdict.build(answered.size(), planned, stored, stopped);
    }

    /**
     * A refusal means "not offered" only if the vendor is well otherwise: another request of the kind was answered, the
     * kind's list does not name the subject, and the series have never answered.
     */
    private void judgeRefusal(Failure refusal, Map<Item, Boolean> known, PullVerdict.Builder verdict) {
        VendorRequest request = refusal.request();
        boolean kindAnswers = answered.stream().anyMatch(other -> other.answer().equals(request.answer()));
        boolean listedByVendor =
                offered.getOrDefault(request.answer(), Set.of()).contains(request.subject());
        boolean answeredBefore = items(request).stream().anyMatch(item -> known.getOrDefault(item, false));
        if (kindAnswers && !listedByVendor && !answeredBefore) {
            items(request).forEach(item -> verdict.notOffered(item, refusal.reason()));
        } else {
            verdict.failure(refusal);
            items(request).stream()
                    .filter(item -> known.getOrDefault(item, true))
                    .forEach(verdict::unanswered);
        }
    }

    synchronized List<Quarantined> quarantined() {
        return List.copyOf(quarantine);
    }

    private static List<Item> items(VendorRequest request) {
        List<Item> items =
                new ArrayList<>(request.assets().size() * request.metrics().size());
        for (String asset : request.assets()) {
            for (String metric : request.metrics()) {
                items.add(new Item(asset, metric, request.exchange()));
            }
        }
        request.series().forEach(series -> items.add(new Item(series.asset(), series.metric(), series.exchange())));
        return items;
    }
}
