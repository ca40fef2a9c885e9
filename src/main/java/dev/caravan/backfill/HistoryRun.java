package dev.caravan.backfill;

import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Retrieval;
import dev.caravan.ingest.StoreResult;
import dev.caravan.source.NormalisedAnswer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A run of an order while it lasts, as the variable {@code pull} of its route: many threads ask its windows at once. What
 * must outlast the process stands in the ledger; here is only what the run itself has to know.
 */
public final class HistoryRun implements Retrieval {
    /** So many windows in a row that were too large make it likely that the others of their size are so, too. */
    private static final int TOO_LARGE_IN_A_ROW = 5;

    private final Backfill backfill;
    private final int run;
    private final int pull;
    private final Instant startedAt;
    private final int hopelessAfter;
    private final RunLock lock;
    private final Map<String, String> vendorNames = new HashMap<>();
    private final Map<VendorRequest, List<NormalisedAnswer.Rejection>> rejections = new ConcurrentHashMap<>();
    private int failuresInARow;
    private int tooLargeInARow;
    private int requests;
    private int failed;
    private long newRows;
    private long changedRows;
    private long unchangedRows;
    private String noMore;
    private boolean stopped;
    private boolean told;
    private boolean planned;
    private boolean more = true;
    private List<Window> sketch; // of a dry run
    private KnownEmpty knownEmpty;
    private History history;

    /**
     * @param backfill the order
     * @param run its number among the order's runs
     * @param pull its row in {@code pulls}
     * @param startedAt the program's clock, UTC
     * @param hopelessAfter so many failed windows in a row end the asking
     * @param lock the order's locks, held until the run ends
     */
    HistoryRun(Backfill backfill, int run, int pull, Instant startedAt, int hopelessAfter, RunLock lock) {
        this.backfill = backfill;
        this.run = run;
        this.pull = pull;
        this.startedAt = startedAt;
        this.hopelessAfter = hopelessAfter;
        this.lock = lock;
        this.planned = backfill.planned();
    }

    /**
     * @param order what is wanted
     * @param startedAt the program's clock, UTC
     * @return a run that plans, and asks nothing but the vendor's lists; it is in no ledger
     */
    static HistoryRun dry(BackfillOrder order, Instant startedAt) {
        Backfill nowhere = new Backfill(0, order, BackfillState.RUNNING, false);
        HistoryRun run = new HistoryRun(nowhere, 0, 0, startedAt, Integer.MAX_VALUE, null);
        run.sketch = List.of();
        return run;
    }

    synchronized boolean isDry() {
        return sketch != null;
    }

    synchronized void sketch(List<Window> windows) {
        sketch = List.copyOf(windows);
    }

    synchronized List<Window> sketched() {
        return sketch;
    }

    /** @return the order */
    public Backfill backfill() {
        return backfill;
    }

    /** @return the source */
    public String source() {
        return backfill.order().source();
    }

    int run() {
        return run;
    }

    int pull() {
        return pull;
    }

    RunLock lock() {
        return lock;
    }

    @Override
    public Instant startedAt() {
        return startedAt;
    }

    @Override
    public boolean isLive() {
        return false;
    }

    /** @return whether the windows stand in the ledger already, so that the vendor's lists need not be asked */
    public synchronized boolean isPlanned() {
        return planned;
    }

    synchronized void setPlanned() {
        planned = true;
    }

    /** @return whether there may be windows that have not been handed out */
    public synchronized boolean isMore() {
        return more;
    }

    synchronized void handsOut(History words, boolean any) {
        history = words;
        more = any;
        tooLargeInARow = 0; // what comes first now is smaller
    }

    /** @return what words the windows' requests, once the first ones have been handed out */
    synchronized History history() {
        return history;
    }

    /** Told to stop: what is in flight is finished, nothing more is asked. */
    synchronized void stop() {
        stopped = true;
    }

    synchronized boolean stopped() {
        return stopped;
    }

    /** The ledger says that no more is to be asked: somebody has told it to pause, or given it up. */
    synchronized void tell() {
        told = true;
        stopped = true;
    }

    /** @return whether it stops because somebody has told the ledger so */
    synchronized boolean isTold() {
        return told;
    }

    @Override
    public synchronized void askNoMore(String reason) {
        noMore = noMore == null ? reason : noMore;
    }

    /** @return why nothing more is asked although nobody told it to stop; null while all is well */
    synchronized String noMore() {
        return noMore != null || failuresInARow < hopelessAfter ? noMore : failuresInARow + " requests in a row failed";
    }

    @Override
    public synchronized void admit(VendorRequest request) {
        if (stopped) {
            throw TerminalFailure.notAsked("the backfill was told to stop");
        }
        if (noMore() != null) {
            throw TerminalFailure.notAsked(noMore());
        }
    }

    /** @return whether more windows are to be handed out */
    synchronized boolean goesOn() {
        return !stopped && noMore() == null;
    }

    @Override
    public synchronized boolean isWorthAnotherTry() {
        return failuresInARow < Math.max(1, hopelessAfter / 2);
    }

    @Override
    public synchronized void answered(VendorRequest request, NormalisedAnswer answer) {
        failuresInARow = 0;
        tooLargeInARow = 0;
        vendorNames.putAll(answer.vendorNames());
        if (!answer.rejections().isEmpty()) {
            rejections.put(request, answer.rejections());
        }
    }

    synchronized KnownEmpty knownEmpty(Supplier<KnownEmpty> made) {
        if (knownEmpty == null) {
            knownEmpty = made.get();
        }
        return knownEmpty;
    }

    /** @return parts of the answer to a request that could not be understood, once */
    List<NormalisedAnswer.Rejection> takeRejections(VendorRequest request) {
        List<NormalisedAnswer.Rejection> found = rejections.remove(request);
        return found == null ? List.of() : found;
    }

    synchronized void failed() {
        failuresInARow++;
        failed++;
    }

    /** A window was too large. A vendor that is down refuses every size, one that is well only some: size alone ends no run. */
    synchronized void tooLarge() {
        if (tooLargeInARow < TOO_LARGE_IN_A_ROW && failuresInARow < hopelessAfter / 2) {
            failuresInARow++;
        }
        tooLargeInARow++;
    }

    /** @return whether smaller windows are to be tried before others of the size that was refused */
    synchronized boolean isSizeInDoubt() {
        return tooLargeInARow >= TOO_LARGE_IN_A_ROW;
    }

    synchronized void asked(int times) {
        requests += times;
    }

    synchronized void stored(StoreResult result) {
        newRows += result.newRows();
        changedRows += result.changedRows();
        unchangedRows += result.unchangedRows();
    }

    synchronized Map<String, String> vendorNames() {
        return Map.copyOf(vendorNames);
    }

    /** What the run has done, for its row in {@code pulls}. */
    record Work(int requests, int failed, long newRows, long changedRows, long unchangedRows) {}

    synchronized Work work() {
        return new Work(requests, failed, newRows, changedRows, unchangedRows);
    }
}
