package dev.caravan.source;

import com.fasterxml.jackson.core.filter.TokenFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields to keep of a large JSON answer while it streams by: paths such as {@code protocols.slug}, in which arrays
 * are passed through. A path keeps all that stands below its last name. No path at all keeps everything.
 */
public final class Projection extends TokenFilter {
    private final Map<String, Projection> below = new HashMap<>();

    private Projection() {}

    /**
     * @param paths the fields to keep
     * @return the filter for Jackson's streaming parser
     */
    public static TokenFilter of(List<String> paths) {
        if (paths.isEmpty()) {
            return TokenFilter.INCLUDE_ALL;
        }
        Projection root = new Projection();
        for (String path : paths) {
            Projection node = root;
            for (String name : path.split("\\.")) {
                node = node.below.computeIfAbsent(name, added -> new Projection());
            }
        }
        return root;
    }

    @Override
    public TokenFilter includeProperty(String name) {
        Projection child = below.get(name);
        if (child == null) {
            return null;
        }
        return child.below.isEmpty() ? TokenFilter.INCLUDE_ALL : child;
    }

    @Override
    public TokenFilter includeElement(int index) {
        return this;
    }

    @Override
    protected boolean _includeScalar() {
        return true; // a number where an object was expected is kept, so that the normaliser sees it and says so
    }
}
