package dev.caravan.fetch;

import dev.caravan.settings.Secrets;
import dev.caravan.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.Variable;
import org.apache.camel.component.http.HttpConstants;

/** The last hand on a request before it leaves, and the first on its answer. */
public final class Door {
    private static final int EXCERPT = 300;
    /** More than an excerpt by far: a key that is cut off at its end lies beyond what is shown. */
    private static final int START = 8_192;

    private static final int UNREADABLE_RETRIES = 1;
    private static final int UNAUTHORIZED = 401;
    private static final String CODES = ".beyond-plan-codes";

    private final Accounts accounts;
    private final Budget budget;
    private final Clock clock;
    private final Settings settings;
    private final int retries;

    /**
     * @param accounts keys of the vendor accounts
     * @param budget what the accounts permit in a day
     * @param settings {@code fetch.retries}, {@code X.empty-is-overload} and {@code X.beyond-plan-codes} for a source X,
     *     and the clock
     */
    public Door(Accounts accounts, Budget budget, Settings settings) {
        this.accounts = accounts;
        this.budget = budget;
        this.settings = settings;
        this.clock = settings.clock();
        this.retries = settings.number("fetch.retries", 0, 20);
    }

    /**
     * Makes the message the request: all other headers are dropped, the key is filled in here and nowhere before. When its
     * slot has come, what it belongs to is asked once more whether it may leave; only then it counts as tried and is taken
     * off the day's budget.
     *
     * @param exchange its message becomes the HTTP request
     * @param request what to ask
     */
    public void leave(Exchange exchange, @Variable("request") VendorRequest request) {
        Asking asking = exchange.getVariable("pull", Asking.class);
        Runnable admit = () -> {
            if (asking != null) {
                asking.admit(request);
            }
        };
        Leaving.announce(request.source(), asking == null || asking.isLive(), admit, () -> {
            admit.run();
            budget.spend(request.source());
            Retries.countAttempt(exchange);
        });
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(null);
        String key = accounts.key(request.source()).orElse("");
        message.setHeader(HttpConstants.HTTP_METHOD, "GET");
        String encoded = VendorRequest.encode(key);
        message.setHeader(HttpConstants.HTTP_PATH, withKey(request.path(), encoded));
        message.setHeader(HttpConstants.HTTP_QUERY, withKey(request.query(), encoded));
        request.headers().forEach((name, value) -> message.setHeader(name, withKey(value, key)));
        message.setHeader("Accept", "application/json, text/csv;q=0.9, */*;q=0.1");
    }

    /** Fills in {@code {key}}, and {@code {basic-key}}: the key as the password of the user {@code api}, for HTTP Basic. */
    private static String withKey(String text, String key) {
        if (!text.contains("key}")) {
            return text;
        }
        String basic = Base64.getEncoder().encodeToString(("api:" + key).getBytes(StandardCharsets.UTF_8));
        Secrets.register(basic);
        return text.replace("{key}", key).replace("{basic-key}", basic);
    }

    /**
     * Tells an answer from a failure by its status and its first bytes, and drops the vendor's headers.
     *
     * @param exchange its message is the vendor's answer
     * @param request what was asked
     * @throws TransientFailure for 408, 429, 5xx, HTML and nothing at all
     * @throws TerminalFailure for every other status that is not 2xx; of status 402 for a 401 whose body says that the
     *     key is good and the plan is not
     * @throws IOException when the buffered answer cannot be read
     */
    public void enter(Exchange exchange, @Variable("request") VendorRequest request) throws IOException {
        Message message = exchange.getMessage();
        int status = message.getHeader(HttpConstants.HTTP_RESPONSE_CODE, 0, Integer.class);
        String retryAfter = message.getHeader("Retry-After", String.class);
        String start = start(message);
        message.removeHeaders("*");
        if (status >= 200 && status < 300) {
            if (!start.isEmpty() || !request.emptyIsNoData()) {
                checkStart(start, status, request.source());
            }
            return;
        }
        String reason = "HTTP " + status + (start.isBlank() ? "" : ": " + excerpt(start));
        if (status == 408 || status == 429 || status >= 500) {
            throw new TransientFailure(reason, status, parseRetryAfter(retryAfter), tries(request, status), null);
        }
        if (status == UNAUTHORIZED && BeyondPlan.isSaidBy(start, settings.optional(request.source() + CODES))) {
            throw new TerminalFailure("beyond the plan, " + reason, BeyondPlan.STATUS);
        }
        throw new TerminalFailure(reason, status);
    }

    /** Where the contract says that the status means "not offered", one more try is all that it is worth. */
    private int tries(VendorRequest request, int status) {
        if (request.halved().contains(status)) {
            return 0; // it may mean "too large": the halves are the other try
        }
        return request.refusals().contains(status) ? Math.min(1, retries) : retries;
    }

    private void checkStart(String start, int status, String source) {
        String text = start.stripLeading();
        if (text.isEmpty()) {
            boolean overload = settings.flag(source + ".empty-is-overload");
            throw new TransientFailure("an empty answer", status, null, overload ? retries : UNREADABLE_RETRIES, null);
        }
        if (text.startsWith("<")) {
            throw new TransientFailure(
                    "a page instead of data: " + excerpt(text), status, null, UNREADABLE_RETRIES, null);
        }
    }

    private static String start(Message message) throws IOException {
        Object body = message.getBody();
        if (body == null) {
            return "";
        }
        InputStream stream = message.getBody(InputStream.class);
        String text = new String(stream.readNBytes(START), StandardCharsets.UTF_8);
        if (body instanceof StreamCache cache) {
            cache.reset();
        }
        return text;
    }

    private static String excerpt(String text) {
        // Masked before it is cut: half a key is not recognised.
        String line = Secrets.mask(text).replaceAll("\\s+", " ").strip();
        return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + " ...";
    }

    /** Seconds, or a date as RFC 9110 section 10.2.3 allows; anything else is as good as nothing. */
    private Duration parseRetryAfter(String value) {
        if (value == null) {
            return null;
        }
        String text = value.strip();
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(clock.instant(), until);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
