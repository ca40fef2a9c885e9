package dev.caravan.testing;

import dev.caravan.sandbox.RequestLog;
import dev.caravan.sandbox.Sandbox;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What came to a vendor of the sandbox, as a test looks at it. */
public final class Arrivals {
    private Arrivals() {}

    /**
     * @param sandbox the vendors
     * @param vendor one of them
     * @return how often each path and query came; without the key, which is the same in all of them
     */
    public static Map<String, Long> counts(Sandbox sandbox, String vendor) {
        return sandbox.requests().entries(vendor).stream()
                .collect(Collectors.groupingBy(Arrivals::target, TreeMap::new, Collectors.counting()));
    }

    /**
     * @param sandbox the vendors
     * @param vendor one of them
     * @return path and query of each request, in the order of arrival
     */
    public static List<String> targets(Sandbox sandbox, String vendor) {
        return sandbox.requests().entries(vendor).stream()
                .sorted((one, other) -> Long.compare(one.arrivedNanos(), other.arrivedNanos()))
                .map(Arrivals::target)
                .toList();
    }

    private static String target(RequestLog.Entry entry) {
        return entry.path() + "?" + entry.query().replaceAll("&?APIKey=[^&]*", "");
    }
}
