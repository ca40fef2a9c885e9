package dev.caravan.sandbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * The faults in force. Rules are tried in the order added: all matching {@code slow} rules delay, and the first other
 * matching rule decides the answer. Safe for use by many threads.
 */
public final class Faults {
    private final List<ActiveRule> rules = new CopyOnWriteArrayList<>();

    Faults() {}

    /** Adds a rule after those in force; its counts begin at nothing. */
    public void add(FaultRule rule) {
        rules.add(new ActiveRule(rule));
    }

    /**
     * Adds a rule in its command line form, for instance {@code coingecko:too_many_requests:retry_after=2:times=1}.
     *
     * @throws IllegalArgumentException when the text is not understood; the message says what is allowed
     */
    public void add(String text) {
        add(FaultRule.parse(text));
    }

    /** The rules in force, in the order tried. */
    public List<FaultRule> list() {
        return rules.stream().map(active -> active.rule).toList();
    }

    /** Removes all rules. */
    public void clear() {
        rules.clear();
    }

    /**
     * What happens to a request, which counts as one try of it.
     *
     * @param target path and query as sent
     */
    Decision decide(String vendor, String target) {
        long delayMillis = 0;
        for (ActiveRule active : rules) {
            if (active.hits(vendor, target)) {
                if (active.rule.kind() != FaultKind.SLOW) {
                    return new Decision(delayMillis, Optional.of(active.rule));
                }
                delayMillis += active.rule.delayMillis();
            }
        }
        return new Decision(delayMillis, Optional.empty());
    }

    /**
     * What happens to a request.
     *
     * @param delayMillis milliseconds to wait before answering
     * @param fault the fault that decides the answer; without one the answer is right
     */
    record Decision(long delayMillis, Optional<FaultRule> fault) {}

    /** A rule with what it has counted. */
    private static final class ActiveRule {
        private static final int MOST_REQUESTS = 100_000;

        private final FaultRule rule;
        private final Pattern path;
        private final Map<String, Integer> triesOfRequest = new LinkedHashMap<>();
        private long matched;

        ActiveRule(FaultRule rule) {
            this.rule = rule;
            this.path = Pattern.compile(rule.path());
        }

        synchronized boolean hits(String vendor, String target) {
            if (!rule.vendor().equals("*") && !rule.vendor().equals(vendor)) {
                return false;
            }
            if (!rule.path().isEmpty() && !path.matcher(target).find()) {
                return false;
            }
            matched++;
            if (matched <= rule.after() || !Chance.happens("fault share/" + target, rule.share())) {
                return false;
            }
            if (rule.times() == 0) {
                return true;
            }
            int tries = triesOfRequest.merge(target, 1, Integer::sum);
            if (triesOfRequest.size() > MOST_REQUESTS) {
                triesOfRequest.remove(triesOfRequest.keySet().iterator().next());
            }
            return tries <= rule.times();
        }
    }
}
