package dev.caravan.source.coingecko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What CoinGecko is asked of the past, by each tier. */
final class CoinGeckoHistoryTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");
    private static final Instant BOUNDARY = Instant.parse("2026-08-23T00:00:00Z");
    private static final int COINS = 244;

    @TempDir
    Path folder;

    private static CoinGeckoHistory history(Path home, String tier, String... more) {
        Map<String, String> values = new HashMap<>(Map.of("caravan.now", NOW.toString()));
        if (!tier.equals("none")) {
            values.put("coingecko.api.key", "CG-secret-of-history-test");
            values.put("coingecko.api.tier", tier);
        }
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        Settings settings = Settings.load(home, Map.of(), values, false);
        return new CoinGeckoHistory(settings, new Accounts(settings));
    }

    private CoinGeckoHistory twoCoins(String tier, String... more) {
        TestHome.copyTo(folder)
                .write("config/sources/coingecko.csv", "id,symbol,name,note", "bitcoin,BTC,Bitcoin,", "a b,A,A,");
        return history(folder, tier, more);
    }

    private static List<Window> all(CoinGeckoHistory history) {
        return history.pack(history.offered(Map.of(), NOW), Map.of(), NOW);
    }

    private static Stretch stretch(String metric, Granularity granularity, String from, String to) {
        return new Stretch(
                SeriesKey.of("coingecko", metric, "bitcoin", granularity), Instant.parse(from), Instant.parse(to));
    }

    private static Window one(CoinGeckoHistory history, Stretch... wanted) {
        List<Window> windows = history.pack(List.of(wanted), Map.of(), NOW);
        assertThat(windows).hasSize(1);
        return windows.get(0);
    }

    private static Duration asked(Window window) {
        CoinGeckoSpan span = CoinGeckoSpan.parse(window.subject());
        return Duration.between(span.from(), span.to());
    }

    @ParameterizedTest
    @CsvSource({"none, 488", "demo, 488", "pro, 3660"})
    void theWholeHistoryOfTheShippedCoinsIsSoManyRequests(String tier, int requests) {
        List<Window> windows = all(history(TestHome.project(), tier));
        assertThat(windows).hasSize(requests);
        assertThat(windows)
                .filteredOn(window -> window.granularity() == Granularity.HOUR)
                .hasSize(COINS);
        assertThat(windows).isSortedAccordingTo((a, b) -> b.to().compareTo(a.to()));
        assertThat(windows).allSatisfy(window -> {
            assertThat(window.metrics()).containsExactly("PRICE", "MARKET_CAP", "VOLUME_24H");
            boolean hours = window.granularity() == Granularity.HOUR;
            assertThat(asked(window)).isBetween(Duration.ofDays(hours ? 2 : 91), Duration.ofDays(hours ? 90 : 365));
        });
    }

    @Test
    void aDailyRefreshOfTwoDaysIsOneRequestACoin() {
        CoinGeckoHistory history = history(TestHome.project(), "none");
        Instant since = NOW.minus(Duration.ofHours(48)).plus(Duration.ofHours(1));
        List<Stretch> newest = history.offered(Map.of(), NOW).stream()
                .map(stretch -> stretch.within(Granularity.HOUR.bucketOf(since), NOW))
                .filter(stretch -> stretch != null)
                .toList();
        List<Window> windows = history.pack(newest, Map.of(), NOW);
        assertThat(windows).hasSize(COINS).allSatisfy(window -> {
            assertThat(window.granularity()).isEqualTo(Granularity.HOUR);
            assertThat(window.metrics()).hasSize(3);
            // Not within a day, for which the vendor answers every five minutes.
            assertThat(asked(window)).isEqualTo(Duration.ofDays(2));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "demo", "pro"})
    void daysAndHoursMeetAtOneMidnight(String tier) {
        List<Stretch> offered = twoCoins(tier).offered(Map.of(), NOW);
        assertThat(offered).hasSize(2 * 3 * 2);
        assertThat(offered).allSatisfy(stretch -> {
            if (stretch.series().granularity() == Granularity.HOUR) {
                assertThat(stretch.from()).isEqualTo(BOUNDARY);
                assertThat(stretch.to()).isEqualTo(Instant.parse("2026-11-20T10:00:00Z"));
            } else {
                assertThat(stretch.to()).isEqualTo(BOUNDARY);
                assertThat(stretch.from())
                        .isEqualTo(
                                tier.equals("pro")
                                        ? Instant.parse("2013-04-28T00:00:00Z")
                                        : Instant.parse("2025-11-21T00:00:00Z"));
            }
        });
    }

    @Test
    void theBoundaryMovesAtMidnightAndLeavesNoHole() {
        CoinGeckoHistory history = twoCoins("none");
        for (String now : List.of("2026-11-20T00:00:00Z", "2026-11-20T00:00:01Z", "2026-11-20T23:59:59Z")) {
            List<Stretch> offered = history.offered(Map.of(), Instant.parse(now));
            assertThat(offered.get(0).from()).isEqualTo(offered.get(1).to());
            assertThat(Duration.between(offered.get(0).from(), offered.get(0).to()))
                    .isLessThanOrEqualTo(Duration.ofDays(90));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T00:44:59Z, 2026-11-19T00:00:00Z",
        "2026-11-20T00:45:00Z, 2026-11-20T00:00:00Z",
        "2026-11-20T23:00:00Z, 2026-11-20T00:00:00Z"
    })
    void aDayIsOfferedOnceItHasBeenPublished(Instant now, Instant end) {
        assertThat(twoCoins("none", "coingecko.history.hours-days", "0").offered(Map.of(), now))
                .hasSize(2 * 3)
                .allSatisfy(stretch -> {
                    assertThat(stretch.series().granularity()).isEqualTo(Granularity.DAY);
                    assertThat(stretch.to()).isEqualTo(end);
                });
    }

    @Test
    void oneMissingDayIsOneRequestOfMoreThanNinetyDaysThatHoldsIt() {
        CoinGeckoHistory history = twoCoins("none");
        Window window = one(history, stretch("PRICE", Granularity.DAY, "2026-05-10T00:00:00Z", "2026-05-11T00:00:00Z"));
        assertThat(window.from()).isEqualTo(Instant.parse("2026-05-10T00:00:00Z"));
        assertThat(window.to()).isEqualTo(Instant.parse("2026-05-11T00:00:00Z"));
        assertThat(window.metrics()).containsExactly("PRICE");
        VendorRequest request = history.request(window);
        // The day's value is the point of the midnight at its end.
        assertThat(request.query())
                .isEqualTo("vs_currency=usd&from="
                        + Instant.parse("2026-02-08T00:30:00Z").getEpochSecond() + "&to="
                        + Instant.parse("2026-05-11T00:30:00Z").getEpochSecond() + "&precision=full");
        assertThat(request.path()).isEqualTo("/coins/bitcoin/market_chart/range");
    }

    @Test
    void aShortTimeAtTheDepthOfTheTierIsMadeLongerForwards() {
        Window window = one(
                twoCoins("demo"), stretch("PRICE", Granularity.DAY, "2025-11-21T00:00:00Z", "2025-11-24T00:00:00Z"));
        CoinGeckoSpan span = CoinGeckoSpan.parse(window.subject());
        assertThat(span.from()).isBetween(NOW.minus(Duration.ofDays(365)), Instant.parse("2025-11-21T23:59:59Z"));
        assertThat(asked(window)).isEqualTo(Duration.ofDays(92));
    }

    @Test
    void aMissingHourIsAskedForWithinTwoDays() {
        Window window = one(
                twoCoins("none"), stretch("PRICE", Granularity.HOUR, "2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"));
        assertThat(window.subject()).isEqualTo("2026-11-18T10:00:00Z/2026-11-20T10:00:00Z");
    }

    @Test
    void gapsThatLieNearAreOneRequestAndOthersAreNot() {
        CoinGeckoHistory history = twoCoins("pro");
        Window near = one(
                history,
                stretch("VOLUME_24H", Granularity.DAY, "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"),
                stretch("PRICE", Granularity.DAY, "2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z"));
        assertThat(near.from()).isEqualTo(Instant.parse("2025-01-01T00:00:00Z"));
        assertThat(near.to()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(near.metrics()).containsExactlyInAnyOrder("PRICE", "VOLUME_24H");
        assertThat(history.pack(
                        List.of(
                                stretch("PRICE", Granularity.DAY, "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"),
                                stretch("PRICE", Granularity.DAY, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
                                stretch("PRICE", Granularity.HOUR, "2026-10-01T00:00:00Z", "2026-10-01T01:00:00Z"),
                                stretch("PRICE", Granularity.HOUR, "2026-10-05T00:00:00Z", "2026-10-05T01:00:00Z")),
                        Map.of(),
                        NOW))
                .extracting(Window::from)
                .containsExactly(
                        Instant.parse("2026-10-01T00:00:00Z"),
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Instant.parse("2025-01-01T00:00:00Z"));
    }

    @Test
    void theWindowsOfALongTimeLieSideBySide() {
        CoinGeckoHistory history = twoCoins("pro", "coingecko.history.hours-days", "400");
        for (Granularity granularity : Granularity.values()) {
            List<Stretch> wanted = history.offered(Map.of(), NOW).stream()
                    .filter(stretch -> stretch.series().asset().equals("bitcoin")
                            && stretch.series().granularity() == granularity)
                    .toList();
            List<Window> windows = new ArrayList<>(history.pack(wanted, Map.of(), NOW));
            assertThat(windows).hasSize(granularity == Granularity.HOUR ? 5 : 13);
            assertThat(windows.get(0).to()).isEqualTo(wanted.get(0).to());
            for (int i = 1; i < windows.size(); i++) {
                assertThat(windows.get(i).to()).isEqualTo(windows.get(i - 1).from());
            }
            assertThat(windows.get(windows.size() - 1).from())
                    .isEqualTo(wanted.get(0).from());
        }
    }

    @Test
    void moreHoursThanAFreeTierHasAreAWrongSetting() {
        assertThatThrownBy(() ->
                        twoCoins("demo", "coingecko.history.hours-days", "91").offered(Map.of(), NOW))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("coingecko.history.hours-days");
    }

    @Test
    void hoursGoBackNoFurtherThanThePlan() {
        assertThat(twoCoins("pro", "coingecko.history.hours-days", "20000").offered(Map.of(), NOW))
                .filteredOn(stretch -> stretch.series().granularity() == Granularity.HOUR)
                .allSatisfy(stretch -> assertThat(stretch.from()).isEqualTo(Instant.parse("2018-01-30T00:00:00Z")));
    }

    @Test
    void theRequestGoesToTheHostOfTheTierWithItsHeader() {
        CoinGeckoHistory history = twoCoins("pro");
        List<VendorRequest> requests =
                all(history).stream().map(history::request).toList();
        assertThat(requests).anySatisfy(request -> {
            assertThat(request.path()).isEqualTo("/coins/a%20b/market_chart/range");
            assertThat(request.subject()).isEqualTo("a b");
        });
        assertThat(requests).allSatisfy(request -> {
            assertThat(request.base()).isEqualTo("https://pro-api.coingecko.com/api/v3");
            assertThat(request.headers()).containsOnlyKeys("x-cg-pro-api-key");
            assertThat(request.assets()).containsExactly(request.subject());
            assertThat(request.refusals()).containsExactlyInAnyOrder(402, 404);
            assertThat(request.toString()).doesNotContain("CG-secret");
        });
    }

    /** A window of the ledger is asked again by another process, at another time. */
    @Test
    void theRequestIsWordedFromTheWindow() {
        Window window = one(
                twoCoins("none"), stretch("PRICE", Granularity.DAY, "2026-05-10T00:00:00Z", "2026-05-11T00:00:00Z"));
        String query = history(folder, "none").request(window).query();
        assertThat(query)
                .contains("from=" + CoinGeckoSpan.parse(window.subject()).from().getEpochSecond() + "&");
        assertThat(history(folder, "none", "caravan.now", "2027-02-01T00:00:00Z")
                        .request(window)
                        .query())
                .isEqualTo(query);
    }

    /** An order may be interrupted for weeks: what is left of its window must not be refused with what is gone. */
    @Test
    void aWindowThatHasWaitedTooLongIsAskedForWhatIsLeft() {
        Window window = one(
                twoCoins("none"), stretch("PRICE", Granularity.DAY, "2025-11-21T00:00:00Z", "2026-08-23T00:00:00Z"));
        Instant later = Instant.parse("2026-12-20T00:00:00Z");
        Instant depth = later.minus(Duration.ofDays(365));
        CoinGeckoSpan planned = CoinGeckoSpan.parse(window.subject());
        assertThat(planned.from()).isBefore(depth);
        CoinGeckoSpan left = planned.since(Granularity.DAY, depth);
        assertThat(left).isEqualTo(new CoinGeckoSpan(depth, planned.to()));
        assertThat(seconds(
                        history(folder, "none", "caravan.now", later.toString()).request(window), "from"))
                .isBetween(
                        depth.getEpochSecond(), depth.plus(Duration.ofHours(1)).getEpochSecond());
        assertThat(seconds(
                        history(folder, "pro", "caravan.now", later.toString()).request(window), "from"))
                .isEqualTo(planned.from().getEpochSecond());
        // The steps stay days: what is left is made longer again.
        Instant muchLater = Instant.parse("2027-08-01T00:00:00Z").minus(Duration.ofDays(365));
        assertThat(Duration.between(
                        planned.since(Granularity.DAY, muchLater).from(),
                        planned.since(Granularity.DAY, muchLater).to()))
                .isEqualTo(Duration.ofDays(92));
    }

    private static long seconds(VendorRequest request, String parameter) {
        for (String part : request.query().split("&", -1)) {
            if (part.startsWith(parameter + "=")) {
                return Long.parseLong(part.substring(parameter.length() + 1));
            }
        }
        throw new AssertionError(request + " has no " + parameter);
    }
}
