package dev.caravan.fetch;

import static dev.caravan.testing.SlidingWindow.most;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.Database;
import dev.caravan.database.Migrations;
import dev.caravan.database.Statements;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.RequestLog;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The permitted rate holds in every sliding second where the vendor counts, and little of it is left unused. */
final class RateAtTheDoorTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final List<String> CHAINS = List.of(
            "Ethereum",
            "BSC",
            "Solana",
            "Tron",
            "Bitcoin",
            "Base",
            "Hyperliquid L1",
            "Arbitrum",
            "Polygon",
            "Plasma",
            "Avalanche",
            "Sui",
            "Monad",
            "OP Mainnet",
            "Cronos",
            "Ink",
            "Mantle",
            "Stellar",
            "Aptos",
            "Starknet",
            "Near",
            "Movement",
            "Flare",
            "Cardano",
            "Stacks");

    @TempDir
    Path folder;

    private static List<Long> since(long begin, long[] nanoTimes) {
        return Arrays.stream(nanoTimes)
                .map(time -> (time - begin) / 1_000_000)
                .boxed()
                .toList();
    }

    @Test
    void aPullHoldsTheRateAtTheVendorsDoorAndUsesIt() {
        List<String> rows = new ArrayList<>(List.of("slug,name,gecko_id,kind,stablecoin_id,bridge,category,note"));
        CHAINS.forEach(
                name -> rows.add(name.toLowerCase(Locale.ROOT).replace(' ', '-') + "," + name + ",,chain,,,Chain,"));
        Path home = TestHome.copyTo(folder)
                .write("config/sources/defillama.csv", rows.toArray(String[]::new))
                .path();
        try (Sandbox sandbox = Sandbox.start(home.resolve("config/sources"), Clock.systemUTC(), 0)) {
            Map<String, String> settings = TestCaravan.vendors(sandbox);
            try (TestCaravan warm = TestCaravan.start(home, settings)) {
                assertThat(warm.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            }
            sandbox.requests().clear();
            settings.put("defillama.rate.free", "20/1s");
            settings.remove("database.url");
            try (TestCaravan caravan = TestCaravan.start(home, settings)) {
                long begin = System.nanoTime();
                assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
                double wall = (System.nanoTime() - begin) / 1e9;
                long[] arrivals = sandbox.requests().entries("defillama").stream()
                        .mapToLong(RequestLog.Entry::arrivedNanos)
                        .sorted()
                        .toArray();
                assertThat(arrivals).hasSizeBetween(100, 130);
                assertThat(most(arrivals, SECOND))
                        .as("arrivals in ms: %s", since(begin, arrivals))
                        .isLessThanOrEqualTo(20);
                // Half a second for the list that comes first, the last answer, the store and the end.
                assertThat(wall).isLessThan(1.05 * arrivals.length / 20 + 0.5);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"3/1s, 3, 9", "7/1s, 7, 20"})
    void thePacerAloneHoldsTheRateUnderManyThreads(String rate, int permits, int requests) throws Exception {
        Settings settings = settings(rate);
        try (Database database = Database.open(settings)) {
            Migrations.apply(database.dataSource(), settings.layers());
            Pacer pacer = pacer(database, settings);
            long[] left = depart(List.of(pacer, pacer, pacer, pacer), requests);
            assertThat(most(left, SECOND)).isLessThanOrEqualTo(permits);
            double used = (left[left.length - 1] - left[0]) / 1e9;
            assertThat(used).isLessThan(1.05 * (requests - 1) / permits + 0.3);
        }
    }

    @Test
    void twoProgramsShareTheRateOfAnAccount() throws Exception {
        Settings settings = settings("20/1s");
        try (Database one = Database.open(settings);
                Database other = Database.open(settings)) {
            Migrations.apply(one.dataSource(), settings.layers());
            List<Pacer> pacers = List.of(pacer(one, settings), pacer(other, settings));
            depart(pacers, 20); // the first requests of a process are slow
            long[] left = depart(pacers, 50);
            assertThat(most(left, SECOND)).isLessThanOrEqualTo(20);
            assertThat((left[left.length - 1] - left[0]) / 1e9).isBetween(49 / 20.0, 1.05 * 49 / 20 + 0.3);
        }
    }

    @Test
    void requestsThatMissedTheirSlotsDoNotLeaveOnTopOfTheOtherProgramsOnes() throws Exception {
        Settings settings = settings("20/1s");
        try (Database one = Database.open(settings);
                Database other = Database.open(settings)) {
            Migrations.apply(one.dataSource(), settings.layers());
            Pacer late = pacer(one, settings);
            Pacer steady = pacer(other, settings);
            depart(List.of(late, steady), 10);
            // Six connections are slow to open: their turns pass while the other program goes on.
            for (int i = 0; i < 6; i++) {
                late.approach(
                        VendorRequest.get("coingecko", "http://127.0.0.1", "/").build(), null);
            }
            depart(List.of(steady), 8);
            List<Long> left = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                left.add(leave(late));
            }
            for (long departure : depart(List.of(steady), 25)) {
                left.add(departure);
            }
            long[] sorted = left.stream().mapToLong(Long::longValue).sorted().toArray();
            assertThat(most(sorted, SECOND)).isLessThanOrEqualTo(20);
        }
    }

    @Test
    void aPauseHoldsForTheOtherProgramToo() throws Exception {
        Settings settings = settings("200/1s");
        try (Database one = Database.open(settings);
                Database other = Database.open(settings)) {
            Migrations.apply(one.dataSource(), settings.layers());
            Pacer asks = pacer(one, settings);
            Pacer meets = pacer(other, settings);
            depart(List.of(asks), 2);
            long paused = System.nanoTime();
            meets.pause("coingecko", Duration.ofMillis(700));
            assertThat(depart(List.of(asks), 1)[0] - paused)
                    .isGreaterThan(Duration.ofMillis(690).toNanos());
        }
    }

    private static Settings settings(String rate) {
        return Settings.load(
                TestHome.project(),
                Map.of(),
                Map.of("database.url", TestServer.newDatabase(), "coingecko.rate.none", rate),
                false);
    }

    private static Pacer pacer(Database database, Settings settings) {
        return new Pacer(
                new NamedParameterJdbcTemplate(database.dataSource()),
                new Statements(settings.layers()),
                new Accounts(settings),
                Double.parseDouble(settings.text("fetch.pace-margin")));
    }

    private static long leave(Pacer pacer) {
        try (Pacer.Departure departure = pacer.depart("coingecko")) {
            long now = System.nanoTime();
            departure.left();
            return now;
        }
    }

    /** Lets one thread a pacer reserve and depart in turn; gives the departures, sorted. */
    private static long[] depart(List<Pacer> pacers, int requests)
            throws InterruptedException, ExecutionException, TimeoutException {
        ExecutorService threads = Executors.newFixedThreadPool(pacers.size());
        try {
            AtomicInteger left = new AtomicInteger(requests);
            CountDownLatch begin = new CountDownLatch(pacers.size());
            List<Future<List<Long>>> departures = new ArrayList<>();
            for (Pacer pacer : pacers) {
                departures.add(threads.submit(() -> {
                    List<Long> mine = new ArrayList<>();
                    begin.countDown();
                    begin.await();
                    while (left.getAndDecrement() > 0) {
                        pacer.approach(
                                VendorRequest.get("coingecko", "http://127.0.0.1", "/")
                                        .build(),
                                null);
                        mine.add(leave(pacer));
                    }
                    return mine;
                }));
            }
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> mine : departures) {
                all.addAll(mine.get(60, TimeUnit.SECONDS));
            }
            long[] sorted = all.stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            assertThat(sorted).hasSize(requests);
            return sorted;
        } finally {
            threads.shutdownNow();
        }
    }
}
