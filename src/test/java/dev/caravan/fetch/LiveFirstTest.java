package dev.caravan.fetch;

import static dev.caravan.testing.SlidingWindow.most;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Live requests do not wait behind history: at the vendor's door, in order of arrival. */
final class LiveFirstTest {
    private static final int HISTORY_AT_A_TIME = 8;
    private static final int LIVE = 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final LoopbackVendor vendor = LoopbackVendor.start(asked -> LoopbackVendor.Reply.of(200, "{}"));

    /** A run of history, until it is stopped. */
    private static final class History implements Asking {
        private volatile boolean stopped;
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public void admit(VendorRequest request) {
            asked.incrementAndGet();
            if (stopped) {
                throw TerminalFailure.notAsked("it was stopped");
            }
        }

        @Override
        public boolean isWorthAnotherTry() {
            return true;
        }

        @Override
        public boolean isLive() {
            return false;
        }
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        vendor.close();
    }

    private TestCaravan start(String database, String rate) {
        return TestCaravan.start(
                TestHome.project(),
                Map.of("database.url", database, "coingecko.rate.none", rate, "coingecko.api.url", vendor.url()));
    }

    private VendorRequest request(String path) {
        return VendorRequest.get("coingecko", vendor.url(), path).build();
    }

    /** Asks by the route that all sources share. */
    private static void fetch(TestCaravan caravan, VendorRequest request, Asking asking) {
        try (ProducerTemplate template = caravan.caravan().context().createProducerTemplate()) {
            Exchange done = template.request("direct:fetch", exchange -> {
                exchange.setVariable("request", request);
                exchange.setVariable("pull", asking);
            });
            if (done.getException() != null && !done.getException().getMessage().contains("not asked")) {
                throw new IllegalStateException(done.getException());
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void askHistory(TestCaravan caravan, History history) {
        for (int i = 0; i < HISTORY_AT_A_TIME; i++) {
            threads.execute(() -> {
                while (!history.stopped) {
                    fetch(caravan, request("/history"), history);
                }
            });
        }
    }

    private List<Future<?>> askLive(TestCaravan caravan, int requests) {
        List<Future<?>> asked = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            asked.add(threads.submit(() -> fetch(caravan, request("/live"), null)));
        }
        return asked;
    }

    private List<LoopbackVendor.Asked> arrivals() {
        return vendor.asked().stream()
                .sorted((one, other) -> Long.compare(one.arrivedNanos(), other.arrivedNanos()))
                .toList();
    }

    private long count(String path) {
        return vendor.asked().stream()
                .filter(asked -> asked.target().startsWith(path))
                .count();
    }

    private static int first(List<LoopbackVendor.Asked> arrivals, String path) {
        int place = 0;
        while (!arrivals.get(place).target().startsWith(path)) {
            place++;
        }
        return place;
    }

    private static int last(List<LoopbackVendor.Asked> arrivals, String path) {
        int place = arrivals.size() - 1;
        while (!arrivals.get(place).target().startsWith(path)) {
            place--;
        }
        return place;
    }

    private void aLivePullGoesFirst(TestCaravan pulling, TestCaravan filling) throws Exception {
        History history = new History();
        askHistory(filling, history);
        await().atMost(Duration.ofSeconds(30)).until(() -> count("/history") >= 2 * LIVE);
        for (Future<?> asked : askLive(pulling, LIVE)) {
            asked.get(60, TimeUnit.SECONDS);
        }
        long before = count("/history");
        await().atMost(Duration.ofSeconds(30)).until(() -> count("/history") > before + 5);
        history.stopped = true;

        List<LoopbackVendor.Asked> arrivals = arrivals();
        int first = first(arrivals, "/live");
        int last = last(arrivals, "/live");
        assertThat(count("/live")).isEqualTo(LIVE);
        assertThat(last - first + 1)
                .as("arrivals from the first live one to the last: %s", arrivals.subList(first, last + 1))
                .isLessThanOrEqualTo(LIVE + 2);
        long[] times =
                arrivals.stream().mapToLong(LoopbackVendor.Asked::arrivedNanos).toArray();
        assertThat(most(times, Duration.ofSeconds(1).toNanos())).isLessThanOrEqualTo(LIVE);
        // The slots of history, before, are as close to each other as those of the pull. The first are slow: a warm-up.
        double ofHistory = (times[first - 1] - times[first - LIVE]) / (LIVE - 1.0);
        double ofLive = (times[last] - times[first]) / (double) (last - first);
        assertThat(ofHistory / ofLive).as("gap of history to gap of live").isBetween(0.7, 1.4);
    }

    @Test
    void aLivePullOvertakesHistoryOfItsOwnProcess() throws Exception {
        try (TestCaravan caravan = start(TestServer.newDatabase(), "20/1s")) {
            aLivePullGoesFirst(caravan, caravan);
        }
    }

    @Test
    void aLivePullOvertakesHistoryOfAnotherProcess() throws Exception {
        String database = TestServer.newDatabase();
        try (TestCaravan pulling = start(database, "20/1s");
                TestCaravan filling = start(database, "20/1s")) {
            aLivePullGoesFirst(pulling, filling);
        }
    }

    @Test
    void historyThatGivesWayCanBeStopped() throws Exception {
        try (TestCaravan caravan = start(TestServer.newDatabase(), "20/60s")) { // a slot every three seconds
            List<Future<?>> live = askLive(caravan, 4);
            await().atMost(Duration.ofSeconds(30)).until(() -> count("/live") > 0);
            History history = new History();
            Future<?> filling = threads.submit(() -> fetch(caravan, request("/history"), history));
            await().atMost(Duration.ofSeconds(30)).until(() -> history.asked.get() > 0);
            history.stopped = true;
            filling.get(60, TimeUnit.SECONDS);
            assertThat(live).as("the live requests").anySatisfy(asked -> assertThat(asked)
                    .isNotDone());
            assertThat(count("/history")).isZero();
        }
    }
}
