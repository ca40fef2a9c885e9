package dev.caravan.ingest;

import dev.caravan.ingest.Pull.Failure;
import dev.caravan.ingest.Pull.Item;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is to be said of a pull when it has ended.
 *
 * @param status success, partial, no_data or error
 * @param requests requests planned
 * @param expected series that were waited for
 * @param received series that answered
 * @param failures requests that failed for good
 * @param received series that answered
 * @param silent series that used to answer and did not
 * @param notOffered series that have never answered, with the reason
 * @param stored rows new, changed and unchanged
 * @param notes one line for a person, or null when there is nothing to say
 */
record PullVerdict(
        PullStatus status,
        int requests,
        int expected,
        Set<Item> received,
        List<Failure> failures,
        Set<Item> silent,
        Map<Item, String> notOffered,
        StoreResult stored,
        String notes) {

    private static final int NAMED = 5;

    /** Gathers the findings of {@link Pull#judge}. */
    static final class Builder {
        private final Set<Item> received;
        private final List<Failure> failures;
        private final Set<Item> unanswered = new HashSet<>();
        private final Set<Item> silent = new HashSet<>();
        private final Map<Item, String> notOffered = new java.util.HashMap<>();

        Builder(Set<Item> received, List<Failure> failures) {
            this.received = Set.copyOf(received);
            this.failures = new ArrayList<>(failures);
        }

        void silent(Item item) {
            silent.add(item);
        }

        void unanswered(Item item) {
            unanswered.add(item);
        }

        void notOffered(Item item, String reason) {
            notOffered.put(item, reason);
        }

        void failure(Failure failure) {
            failures.add(failure);
        }

        PullVerdict build(int answered, int requests, StoreResult stored, boolean stopped) {
            unanswered.removeAll(received); // one request failed, another brought it
            silent.removeAll(received);
            silent.removeAll(unanswered);
            notOffered.keySet().removeAll(received);
            notOffered.keySet().removeAll(unanswered);
            int expected = received.size() + unanswered.size() + silent.size();
            return new PullVerdict(
                    stopped && !failures.isEmpty() ? PullStatus.INTERRUPTED : status(answered, requests),
                    requests,
                    expected,
                    received,
                    List.copyOf(failures),
                    Set.copyOf(silent),
                    Map.copyOf(notOffered),
                    stored,
                    requests == 0 ? "nothing was due" : notes());
        }

        private PullStatus status(int answered, int requests) {
            if (requests == 0) {
                return PullStatus.SUCCESS; // nothing was due
            }
            if (answered == 0) {
                return PullStatus.ERROR;
            }
            if (!failures.isEmpty() || !silent.isEmpty()) {
                return PullStatus.PARTIAL;
            }
            return received.isEmpty() ? PullStatus.NO_DATA : PullStatus.SUCCESS;
        }

        private String notes() {
            List<String> parts = new ArrayList<>();
            if (!failures.isEmpty()) {
                Map<String, Integer> reasons = new TreeMap<>();
                failures.forEach(failure -> reasons.merge(failure.reason(), 1, Integer::sum));
                parts.add(failures.size() + " requests failed: "
                        + named(reasons.entrySet().stream()
                                .map(reason -> reason.getValue() + " x " + reason.getKey())
                                .toList()));
            }
            if (!silent.isEmpty()) {
                parts.add(silent.size() + " series no longer answer: "
                        + named(silent.stream()
                                .map(item -> (item.asset() + " " + item.metric() + " " + item.exchange()).strip())
                                .sorted()
                                .toList()));
            }
            return parts.isEmpty() ? null : String.join("; ", parts);
        }

        private static String named(List<String> names) {
            String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
            return names.size() > NAMED ? first + " and " + (names.size() - NAMED) + " more" : first;
        }
    }
}
