package dev.caravan.source;

import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * What a source says of itself to be held to {@link SourceContract}: a small configuration with hand-made answers and the
 * rows that they become, how its vendor writes zero and nothing, how it fails, and a large configuration of any size.
 * Where a vendor has no such thing as size limits or refusals, it says so by an empty list.
 */
public abstract class SourceExample {
    private static final int PACED_REQUESTS = 60;

    /**
     * An answer of the large configuration.
     *
     * @param reply the answer
     * @param rows how many observations it holds
     */
    public record Part(Reply reply, int rows) {}

    /**
     * A bound on the size of requests that the vendor enforces.
     *
     * @param status what it answers to a larger one
     * @param most the largest size that it answers rightly
     * @param size the size of a request, in the unit of the bound
     */
    public record SizeLimit(int status, int most, ToIntFunction<Asked> size) {
        @Override
        public String toString() {
            return "status " + status + " for more than " + most;
        }
    }

    /**
     * A status by which the vendor says that it does not offer what was asked, while it is well.
     *
     * @param status the status
     * @param refused the example's requests that are refused
     * @param rows the example's rows that do not come then
     */
    public record Refusal(int status, Predicate<Asked> refused, List<StoredRow> rows) {
        @Override
        public String toString() {
            return "status " + status + " for "
                    + rows.stream().map(row -> row.asset() + " " + row.metric()).toList();
        }
    }

    /**
     * The fewest requests that a pull of the configuration as it is shipped can do with.
     *
     * @param first requests of a first pull
     * @param later requests of a pull that follows, when it is known what the vendor does not offer
     * @param series at least so many series answer
     */
    public record Shipped(int first, int later, int series) {}

    /** @return the source's name */
    protected abstract String source();

    /** @return when the example is pulled, UTC: ten minutes past ten on a Friday, in the middle of an hour and a day */
    protected String now() {
        return "2026-11-20T10:10:00Z";
    }

    /** @return a key of its own for the vendor, which must turn up nowhere; empty where the vendor has no keys */
    protected abstract String key();

    /**
     * @param url where the vendor is played; requests have no path of the base in front of their own
     * @return the settings that send the source there, with the key and the tier
     */
    protected abstract Map<String, String> settings(String url);

    /** @return what the small and the large configuration set besides; the shipped one has the settings as they are shipped */
    protected Map<String, String> exampleSettings() {
        return Map.of();
    }

    /** @return the setting of the rate that is in force with those */
    protected abstract String rateSetting();

    /** @return route files or folders beside those of all sources that the source needs */
    protected List<String> routes() {
        return List.of();
    }

    /**
     * Writes the small configuration: at least two series, few requests.
     *
     * @param home a copy of the project's folder, of this source alone
     */
    protected abstract void configure(TestHome home);

    /**
     * @param asked a request of a pull of the small configuration
     * @return the answer in the vendor's documented shape; {@link #unexpected} to any other request
     */
    protected abstract Reply answer(Asked asked);

    /** @return exactly what these answers become */
    protected abstract List<StoredRow> rows();

    /** @return ways to write zero, which is a value like any other; at least one */
    protected abstract List<Spelling> zeros();

    /** @return every way of the vendor to write that there is no value; at least one */
    protected abstract List<Spelling> nothings();

    /** @return parts of an answer that cannot be understood; at least one */
    protected abstract List<Spelling> unreadables();

    /** @return a row of a bucket that has ended, with another value than before */
    protected abstract Spelling restatement();

    /** @return bodies of status 200 that are an error to every request of the source; at least one */
    protected abstract List<Fault> errorBodies();

    /** @return whether an answer without a body is an error to every request; else it is among the {@link #quiet} ones */
    protected boolean emptyBodyIsAnError() {
        return true;
    }

    /** @return by name: answers to the small configuration by which a vendor that is well says that it has no data at all */
    protected abstract Map<String, Function<Asked, Reply>> quiet();

    /** @return the bounds on the size of requests; a pull of the large configuration must exceed each */
    protected abstract List<SizeLimit> sizeLimits();

    /** @return the statuses that mean "not offered" */
    protected abstract List<Refusal> refusals();

    /**
     * Writes the large configuration.
     *
     * @param home a copy of the project's folder, of this source alone
     * @param requests about so many requests are to be made by a pull, and not fewer
     */
    protected abstract void configureMany(TestHome home, int requests);

    /**
     * @param asked a request of a pull of the large configuration
     * @return the answer: something for each that is asked for, the same each time
     */
    protected abstract Part answerMany(Asked asked);

    /**
     * @param asked a request of a pull of the large configuration
     * @return whether the source asks others by its answer, so that without it they are not the same
     */
    protected boolean othersDependOn(Asked asked) {
        return false;
    }

    /** @return requests of the pull whose pace is measured: half of them a second are permitted */
    protected int pacedRequests() {
        return PACED_REQUESTS;
    }

    /** @return the fewest requests with the shipped configuration, said as a number and with how it comes about */
    protected abstract Shipped shipped();

    /**
     * @param folder an empty folder, for a source that does not come installed
     * @return the folder with the shipped configuration
     */
    protected Path shippedHome(Path folder) {
        return TestHome.project();
    }

    /**
     * @param sandbox the vendors on loopback, with the shipped configuration and at {@link #now}
     * @return the settings that send the source to the vendor which plays the shipped configuration
     */
    protected Map<String, String> shippedVendor(Sandbox sandbox) {
        return TestCaravan.vendors(sandbox);
    }

    /**
     * @param asked a request that the example does not know
     * @return an answer that fails it for good, so that the pull's report names it
     */
    protected static Reply unexpected(Asked asked) {
        return Reply.of(418, "the example has no answer to " + asked.target());
    }

    /**
     * @param asked a request
     * @return its path as sent
     */
    protected static String path(Asked asked) {
        return URI.create(asked.target()).getRawPath();
    }

    /**
     * @param asked a request
     * @param name the name of a parameter of its query
     * @return the values that stand there with commas between them, decoded; none without the parameter
     */
    protected static List<String> values(Asked asked, String name) {
        String query = String.valueOf(URI.create(asked.target()).getRawQuery());
        for (String parameter : query.split("&")) {
            if (parameter.startsWith(name + "=")) {
                return List.of(parameter.substring(name.length() + 1).split(",")).stream()
                        .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8))
                        .toList();
            }
        }
        return List.of();
    }
}
