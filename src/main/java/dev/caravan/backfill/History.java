package dev.caravan.backfill;

import dev.caravan.fetch.VendorRequest;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a source can tell of the past, and in which requests: one for each source, beside its planner of live pulls. It plans
 * and words; it asks nothing itself and keeps nothing.
 *
 * <p>Answers to its requests are read by the source's normaliser. What lies outside of a window is dropped before storing,
 * so that a request may bring more than its window.
 */
public interface History {
    /** @return the source */
    String source();

    /**
     * @return requests whose answers the plan needs, such as the vendor's catalogue; their observations are not stored. None
     *     for most sources
     */
    default List<VendorRequest> lists() {
        return List.of();
    }

    /**
     * All that the source's configuration asks for and its vendor keeps a history of, as far back as the vendor and the
     * account's tier go. An order takes its part of it.
     *
     * @param names how the vendor calls our assets, as the answers to {@link #lists} told
     * @param now the program's clock, UTC
     * @return each series once, over the longest time that can be asked for; no bucket in it is open
     * @throws dev.caravan.settings.ConfigurationException when the source's files or settings cannot be read
     */
    List<Stretch> offered(Map<String, String> names, Instant now);

    /**
     * Puts stretches into the fewest requests that hold them all. A request may hold more than what is wanted of a series
     * where that saves another request; never series that were not wanted, unless the vendor gives them in any case.
     *
     * @param wanted parts of what is {@link #offered}; several of one series do not overlap
     * @param names how the vendor calls our assets
     * @param now the program's clock, UTC
     * @return the windows, newest first
     */
    List<Window> pack(List<Stretch> wanted, Map<String, String> names, Instant now);

    /**
     * Words a window's request: from the window and the settings alone, so that a window of the ledger can be asked again by
     * another process. Statuses of {@link VendorRequest#halved} mean that {@link #halves} are to be asked instead.
     *
     * @param window a window that {@link #pack} or {@link #halves} made
     * @return its request
     */
    VendorRequest request(Window window);

    /**
     * @param window a window that the vendor found too large
     * @return the windows that stand in for it; none where it cannot be made smaller
     */
    default List<Window> halves(Window window) {
        return List.of();
    }

    /**
     * @return the source's metrics whose values tell that the vendor has restated the history of others, such as splits;
     *     none for most sources
     */
    default List<String> restatedBy() {
        return List.of();
    }

    /**
     * Which histories the vendor has restated since they were last read whole, so that a refresh of the newest days is not
     * enough.
     *
     * @param recent stored values of the metrics of {@link #restatedBy}, of the last weeks
     * @param readWhole when each asset's history was last read whole, UTC; absent means never
     * @param now the program's clock, UTC
     * @return what is to be read whole again, each series once, part of what is {@link #offered}
     */
    default List<Stretch> restated(Collection<Known> recent, Map<String, Instant> readWhole, Instant now) {
        return List.of();
    }
}
