package dev.caravan.ingest;

import static dev.caravan.ingest.PlayedVendors.SOURCES;
import static dev.caravan.ingest.PlayedVendors.count;
import static dev.caravan.ingest.PlayedVendors.futures;
import static dev.caravan.ingest.PlayedVendors.stored;
import static dev.caravan.ingest.WrittenAnswers.artemis;
import static dev.caravan.ingest.WrittenAnswers.bars;
import static dev.caravan.ingest.WrittenAnswers.coin;
import static dev.caravan.ingest.WrittenAnswers.sumOfQuarters;
import static dev.caravan.ingest.WrittenAnswers.velo;
import static dev.caravan.ingest.WrittenAnswers.veloAnyway;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.source.velo.VeloColumns;
import dev.caravan.testing.TestCaravan;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What went wrong in the predecessor when it pulled, each reproduced from the vendor's answer to the rows. Two lists of it
 * are kept: {@code fault04} is number 4 of the long one, {@code wrong03} number 3 of the short one. A number stands in one
 * place: those about questions are with the tests of the questions.
 */
final class PredecessorFaultsTest {
    private static final String NOW = "2026-11-20T10:10:00Z";
    private static final String CHAIN_TVL = "/v2/chains";
    private static final String COINS = "/coins/markets";

    @TempDir
    Path folder;

    private PlayedVendors vendors;

    @BeforeEach
    void play() {
        vendors = new PlayedVendors(folder);
    }

    @AfterEach
    void stop() {
        vendors.close();
    }

    /** All five vendors give every series of theirs this figure; those that date their values date them yesterday. */
    private void everyFigureIs(String figure) {
        vendors.answer("/artemis/", artemis(day -> day.toString().equals("2026-11-19") ? figure : null))
                .answer(CHAIN_TVL, "[{'name':'BSC','tvl':" + figure + "},{'name':'Ethereum','tvl':" + figure + "}]")
                .answer(
                        "/protocols",
                        "[{'slug':'lido','tvl':" + figure + ",'staking':" + figure + ",'pool2':" + figure
                                + ",'chainTvls':{'borrowed':" + figure + "}}]")
                .answer(
                        "/overview/",
                        "{'total24h':" + figure + ",'allChains':[],'protocols':[{'slug':'lido','total24h':" + figure
                                + "}]}")
                .answer("/v2/metrics/", "{'total24h':" + figure + "}")
                .answer(
                        "/bridges/",
                        "{'bridges':[{'displayName':'Across','lastDailyVolume':" + figure + ",'weeklyVolume':" + figure
                                + ",'monthlyVolume':" + figure + "}]}")
                .answer("/inflows/", "{'outflows':" + figure + "}")
                .answer(
                        "/yields/perps",
                        "{'status':'success','data':[{'marketplace':'Bybit','market':'BTCUSDT','openInterest':" + figure
                                + ",'timestamp':'2026-11-20T09:30:00.000Z'}]}")
                .answer(
                        "/stablecoins?",
                        "{'peggedAssets':[{'id':'5','pegType':'peggedUSD','circulating':{'peggedUSD':" + figure
                                + "},'price':" + figure + "}]}")
                .answer("/velo/rows", velo((from, to) -> figure.replace("\"", "")))
                .answer(COINS, asked -> Reply.of(200, "[" + coin("bitcoin", figure, "2026-11-20T09:30:00Z") + "]"))
                .answer("/alphavantage/", bars("2026-11-19", figure.replace("\"", "")));
    }

    private static void assertSucceeds(TestCaravan caravan, List<String> sources) {
        for (String source : sources) {
            assertThat(caravan.pull(source)).as(source).isEqualTo(PullStatus.SUCCESS);
        }
    }

    private static List<Map<String, Object>> failures(TestCaravan caravan) {
        return caravan.sql()
                .queryForList("SELECT * FROM pull_failures WHERE pull_id = (SELECT max(pull_id) FROM pulls)");
    }

    // --- zeros

    @Test
    void fault01AndWrong06AZeroIsStoredAndServedAsZero() {
        everyFigureIs("0");
        try (TestCaravan caravan = vendors.serving(NOW)) {
            assertSucceeds(caravan, SOURCES);
            for (String series : List.of(
                    "artemis btc FEES",
                    "defillama bsc CHAIN_TVL",
                    "defillama lido FEES_24H",
                    "defillama dai STABLECOIN_SUPPLY",
                    "velo BTC DOLLAR_VOLUME",
                    "coingecko bitcoin VOLUME_24H",
                    "alphavantage COIN VOLUME")) {
                String[] names = series.split(" ");
                assertThat(stored(caravan, names[0], names[1], names[2]))
                        .as(series)
                        .isNotEmpty()
                        .allSatisfy(row -> assertThat(row).contains(":00 0"));
                String query = "?source=" + names[0] + "&metric=" + names[2];
                for (String question : List.of("/latest" + query + "&assets=", "/time-series" + query + "&asset=")) {
                    assertThat(vendors.get(question + names[1]).path("data"))
                            .as(question)
                            .isNotEmpty()
                            .allSatisfy(point -> {
                                assertThat(point.path("value").isNumber()).isTrue();
                                assertThat(point.path("value").asDouble()).isZero();
                            });
                }
            }
        }
    }

    @Test
    void fault02ADayOfArtemisWithAValueOfZeroIsARow() {
        Map<String, String> values = Map.of("2026-11-17", "5", "2026-11-18", "0", "2026-11-19", "null");
        vendors.answer("/artemis/", artemis(day -> values.get(day.toString())));
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertSucceeds(caravan, List.of("artemis"));
            assertThat(stored(caravan, "artemis", "btc", "FEES"))
                    .containsExactly("2026-11-17 00:00 5", "2026-11-18 00:00 0");
        }
    }

    @Test
    void fault03ZerosAndNegativesOfDefiLlamaAreRows() {
        vendors.answer(CHAIN_TVL, "[{'name':'BSC','tvl':0},{'name':'Ethereum','tvl':-2}]")
                .answer("/protocols", "[{'slug':'lido','tvl':-12.5,'staking':0}]")
                .answer("/overview/fees?", "{'protocols':[{'slug':'lido','total24h':0}]}")
                .answer("/overview/dexs/BSC", "{'total24h':0}")
                .answer(
                        "/stablecoins",
                        "{'peggedAssets':[{'id':'5','pegType':'peggedUSD','circulating':{'peggedUSD':-3}}]}");
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertSucceeds(caravan, List.of("defillama"));
            assertThat(stored(caravan, "defillama", "bsc", "CHAIN_TVL")).containsExactly("2026-11-20 00:00 0 open");
            assertThat(stored(caravan, "defillama", "ethereum", "CHAIN_TVL"))
                    .containsExactly("2026-11-20 00:00 -2 open");
            assertThat(stored(caravan, "defillama", "lido", "TVL")).containsExactly("2026-11-20 00:00 -12.5 open");
            assertThat(stored(caravan, "defillama", "lido", "STAKING")).containsExactly("2026-11-20 00:00 0 open");
            assertThat(stored(caravan, "defillama", "lido", "FEES_24H")).containsExactly("2026-11-19 00:00 0");
            assertThat(stored(caravan, "defillama", "bsc", "CHAIN_DEX_VOLUME_24H"))
                    .containsExactly("2026-11-19 00:00 0");
            assertThat(stored(caravan, "defillama", "dai", "STABLECOIN_SUPPLY"))
                    .containsExactly("2026-11-20 00:00 -3 open");
        }
    }

    // --- hours

    @Test
    void fault04VelosHourlyVolumeIsTheSumOfItsRows() {
        vendors.answer("/velo/rows", velo((from, to) -> sumOfQuarters(from, to, 415.98, 415.72, 415.43, 415.13)));
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertSucceeds(caravan, List.of("velo"));
            assertThat(stored(caravan, "velo", "BTC", "DOLLAR_VOLUME"))
                    .containsExactly(
                            "bybit 2026-11-20 07:00 1662.26",
                            "bybit 2026-11-20 08:00 1662.26",
                            "bybit 2026-11-20 09:00 1662.26",
                            "bybit 2026-11-20 10:00 1662.26 open");
        }
    }

    @Test
    void wrong03QuarterHoursAreNotFoldedIntoHours() {
        vendors.answer(
                "/velo/rows",
                veloAnyway(
                        WrittenAnswers.QUARTER,
                        Instant.parse("2026-11-20T09:00:00Z"),
                        List.of("415.98", "415.72", "415.43", "415.13")));
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertThat(caravan.pull("velo")).isNotEqualTo(PullStatus.SUCCESS);
            assertThat(count(caravan, "observation")).isZero();
            assertThat(failures(caravan)).singleElement().satisfies(row -> assertThat((String) row.get("reason"))
                    .contains("hours were asked for"));
        }
    }

    @Test
    void fault05VelosLastClosedHourIsReadAgainAndItsOpenOneIsMarked() {
        vendors.answer("/velo/rows", velo((from, to) -> "7"));
        try (TestCaravan caravan = vendors.at("2026-11-20T10:05:00Z")) {
            assertSucceeds(caravan, List.of("velo"));
            assertThat(stored(caravan, "velo", "BTC", "CLOSE_PRICE"))
                    .endsWith("bybit 2026-11-20 09:00 7", "bybit 2026-11-20 10:00 7 open");
            caravan.sql().update("UPDATE observation SET value = -1 WHERE ts = '2026-11-20 09:00Z'");
        }
        try (TestCaravan caravan = vendors.at("2026-11-20T11:05:00Z")) {
            assertSucceeds(caravan, List.of("velo"));
            assertThat(count(caravan, "observation WHERE value = -1")).isZero();
            assertThat(stored(caravan, "velo", "BTC", "CLOSE_PRICE"))
                    .endsWith("bybit 2026-11-20 09:00 7", "bybit 2026-11-20 10:00 7", "bybit 2026-11-20 11:00 7 open");
        }
    }

    @Test
    void wrong18ALastBucketOfADatedVendorIsCompletedThoughAPullIsMissed() {
        vendors.answer("/velo/rows", velo((from, to) -> from.equals(Instant.parse("2026-11-20T10:00:00Z")) ? "1" : "4"))
                .answer("/artemis/", artemis(day -> day.toString().equals("2026-11-20") ? "1" : "4"))
                .answer("/alphavantage/", bars("2026-11-20", "1", "2026-11-19", "4"));
        try (TestCaravan caravan = vendors.at("2026-11-20T10:05:00Z")) {
            assertSucceeds(caravan, List.of("velo", "artemis"));
        }
        try (TestCaravan caravan = vendors.at("2026-11-20T16:05:00Z")) {
            assertSucceeds(caravan, List.of("alphavantage"));
            assertThat(stored(caravan, "velo", "BTC", "DOLLAR_VOLUME")).endsWith("bybit 2026-11-20 10:00 1 open");
            assertThat(stored(caravan, "artemis", "btc", "FEES")).endsWith("2026-11-20 00:00 1 open");
            assertThat(stored(caravan, "alphavantage", "COIN", "VOLUME")).endsWith("2026-11-20 00:00 1 open");
        }
        vendors.answer("/velo/rows", velo((from, to) -> "4"))
                .answer("/artemis/", artemis(day -> "4"))
                .answer("/alphavantage/", bars("2026-11-20", "4", "2026-11-19", "4"));
        try (TestCaravan caravan = vendors.at("2026-11-20T12:05:00Z")) {
            assertSucceeds(caravan, List.of("velo"));
            assertThat(stored(caravan, "velo", "BTC", "DOLLAR_VOLUME"))
                    .endsWith("bybit 2026-11-20 10:00 4", "bybit 2026-11-20 11:00 4", "bybit 2026-11-20 12:00 4 open");
        }
        try (TestCaravan caravan = vendors.at("2026-11-22T02:05:00Z")) {
            assertSucceeds(caravan, List.of("artemis", "alphavantage"));
            assertThat(stored(caravan, "artemis", "btc", "FEES"))
                    .endsWith("2026-11-20 00:00 4", "2026-11-21 00:00 4", "2026-11-22 00:00 4 open");
            assertThat(stored(caravan, "alphavantage", "COIN", "VOLUME")).endsWith("2026-11-20 00:00 4");
            assertThat(count(caravan, "observation_revision"))
                    .as("an open value is finished, not revised")
                    .isZero();
        }
    }

    @Test
    void fault07EveryHourOfADayKeepsItsOwnPrice() {
        for (int hour = 8; hour < 12; hour++) {
            String time = "2026-11-20T%02d:05:00Z".formatted(hour);
            String price = String.valueOf(hour);
            vendors.answer(COINS, asked -> Reply.of(200, "[" + coin("bitcoin", price, time) + "]"));
            try (TestCaravan caravan = vendors.at(time)) {
                assertSucceeds(caravan, List.of("coingecko"));
            }
        }
        try (TestCaravan caravan = vendors.at(NOW)) {
            // Whether a past hour is still marked as open is not this test's concern.
            assertThat(stored(caravan, "coingecko", "bitcoin", "PRICE"))
                    .extracting(row -> row.replace(" open", ""))
                    .containsExactly(
                            "2026-11-20 08:00 8", "2026-11-20 09:00 9", "2026-11-20 10:00 10", "2026-11-20 11:00 11");
        }
    }

    // --- corrections

    @Test
    void fault06ARestatedValueIsReplacedAndTheOldOneKept() {
        everyFigureIs("100");
        // An hour at which New York trades, so that Alpha Vantage is asked again and again.
        try (TestCaravan caravan = vendors.at("2026-11-20T15:10:00Z")) {
            for (String source : SOURCES) {
                everyFigureIs("100");
                assertSucceeds(caravan, List.of(source));
                String ours = "metrics WHERE source = '" + source + "'";
                long all = count(caravan, ours);
                long closed = count(caravan, ours + " AND closed");
                assertThat(closed).as(source).isPositive();

                everyFigureIs("101");
                assertSucceeds(caravan, List.of(source));
                assertThat(count(caravan, ours + " AND value = 101")).as(source).isEqualTo(all);
                assertThat(caravan.lastPull(source))
                        .as(source)
                        .contains(entry("new_rows", 0L), entry("changed_rows", all), entry("unchanged_rows", 0L));
                assertThat(count(
                                caravan,
                                "observation_revision JOIN series USING (series_id) WHERE value = 100 AND source = '"
                                        + source + "'"))
                        .as(source)
                        .isEqualTo(closed);

                assertSucceeds(caravan, List.of(source));
                assertThat(caravan.lastPull(source))
                        .as(source)
                        .contains(entry("changed_rows", 0L), entry("unchanged_rows", all), entry("records_count", 0L));
            }
        }
    }

    @Test
    void wrong10ACorrectionWithinTheTrailingWindowArrives() {
        String bars = bars("2026-11-19", "5", "2026-08-03", "%s");
        vendors.answer("/artemis/", artemis(day -> "5"))
                .answer("/velo/rows", velo((from, to) -> "5"))
                .answer("/alphavantage/", bars.formatted("5", "5", "5", "5", "5"));
        try (TestCaravan caravan = vendors.at("2026-11-20T15:10:00Z")) {
            assertSucceeds(caravan, List.of("artemis", "velo", "alphavantage"));

            vendors.answer("/artemis/", artemis(day -> day.equals(LocalDate.parse("2026-11-13")) ? "6" : "5"))
                    .answer(
                            "/velo/rows",
                            velo((from, to) -> from.equals(Instant.parse("2026-11-20T12:00:00Z")) ? "6" : "5"))
                    .answer("/alphavantage/", bars.formatted("6", "6", "6", "6", "6"));
            assertSucceeds(caravan, List.of("artemis", "velo", "alphavantage"));
            assertThat(stored(caravan, "artemis", "btc", "FEES"))
                    .startsWith("2026-11-13 00:00 6", "2026-11-14 00:00 5");
            assertThat(stored(caravan, "velo", "BTC", "DOLLAR_VOLUME"))
                    .startsWith("bybit 2026-11-20 12:00 6", "bybit 2026-11-20 13:00 5");
            assertThat(stored(caravan, "alphavantage", "COIN", "CLOSE"))
                    .containsExactly("2026-08-03 00:00 6", "2026-11-19 00:00 5");
            assertThat(caravan.sql().queryForList("SELECT DISTINCT value FROM observation_revision", Double.class))
                    .containsExactly(5.0);
        }
    }

    // --- days and zones

    @Test
    void fault08AnArtemisValueKeepsItsOwnDay() {
        vendors.answer(
                "/artemis/",
                artemis(day -> day.isBefore(LocalDate.parse("2026-11-20")) ? "" + day.getDayOfMonth() : null));
        for (String now : List.of("2026-11-20T00:05:00Z", "2026-11-20T23:59:00Z", "2026-11-21T00:05:00Z")) {
            try (TestCaravan caravan = vendors.at(now)) {
                assertSucceeds(caravan, List.of("artemis"));
                assertThat(stored(caravan, "artemis", "btc", "PRICE"))
                        .as(now)
                        .endsWith("2026-11-18 00:00 18", "2026-11-19 00:00 19")
                        .hasSize(7);
            }
        }
    }

    @Test
    void fault08AndWrong05FridaysCloseIsNotThatOfTheWeekend() {
        vendors.answer("/alphavantage/", bars("2026-11-20", "7", "2026-11-19", "6"));
        for (String now : List.of("2026-11-21T12:05:00Z", "2026-11-22T12:05:00Z", "2026-11-23T08:05:00Z")) {
            try (TestCaravan caravan = vendors.at(now)) {
                // Or it would not be asked on a Sunday at all.
                caravan.sql().execute("TRUNCATE asset_answered");
                assertSucceeds(caravan, List.of("alphavantage"));
                assertThat(stored(caravan, "alphavantage", "COIN", "CLOSE"))
                        .as(now)
                        .containsExactly("2026-11-19 00:00 6", "2026-11-20 00:00 7");
            }
        }
        assertThat(vendors.asked("/alphavantage/")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "America/New_York", "Asia/Kolkata"})
    void fault10TheZonesOfProcessAndDatabaseMoveNothing(String zone) {
        TimeZone before = TimeZone.getDefault();
        vendors.answer("/artemis/", artemis(day -> day.toString().equals("2026-11-19") ? "5" : null))
                .answer("/velo/rows", velo((from, to) -> to.equals(Instant.parse("2026-11-20T19:00:00Z")) ? "5" : null))
                .answer(COINS, asked -> Reply.of(200, "[" + coin("bitcoin", "5", "2026-11-20T19:00:00Z") + "]"))
                .answer("/protocols", "[{'slug':'lido','tvl':5}]")
                .answer("/alphavantage/", bars("2026-11-19", "5"));
        try {
            TimeZone.setDefault(TimeZone.getTimeZone(zone));
            try (TestCaravan caravan = vendors.serving("2026-11-20T19:05:00Z")) {
                String database = caravan.sql().queryForObject("SELECT current_database()", String.class);
                caravan.sql().execute("ALTER DATABASE " + database + " SET timezone = '" + zone + "'");
            }
            try (TestCaravan caravan = vendors.serving("2026-11-20T19:05:00Z")) {
                assertSucceeds(caravan, SOURCES);
                assertThat(caravan.sql()
                                .queryForList(
                                        "SELECT DISTINCT source || ' ' || extract(epoch FROM pulled_at)::int8 || ' '"
                                                + " || metric_date FROM metrics ORDER BY 1",
                                        String.class))
                        .containsExactly(
                                "alphavantage 1795046400 2026-11-19",
                                "artemis 1795046400 2026-11-19",
                                "coingecko 1795201200 2026-11-20",
                                "defillama 1795132800 2026-11-20",
                                "velo 1795197600 2026-11-20");
                assertThat(vendors.get("/time-series?source=coingecko&metric=PRICE&asset=bitcoin&start_date=2026-11-20"
                                        + "&end_date=2026-11-20")
                                .path("data")
                                .findValuesAsText("timestamp"))
                        .containsExactly("2026-11-20T19:00:00Z");
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-07-15T23:55:00Z, 2026-07-15, ' open'",
        "2026-07-16T00:05:00Z, 2026-07-15, ''",
        "2026-01-16T00:55:00Z, 2026-01-15, ' open'",
        "2026-01-16T01:05:00Z, 2026-01-15, ''"
    })
    void fault11AndWrong04TimesOfNewYorkAreNotTakenForUtc(String now, String date, String open) {
        vendors.answer("/alphavantage/", bars(date, "7"));
        try (TestCaravan caravan = vendors.at(now)) {
            assertSucceeds(caravan, List.of("alphavantage"));
            assertThat(stored(caravan, "alphavantage", "COIN", "CLOSE")).containsExactly(date + " 00:00 7" + open);
        }
    }

    @Test
    void fault20EveryRowOfALivePullHasItsDate() {
        everyFigureIs("5");
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertSucceeds(caravan, SOURCES);
            assertThat(caravan.sql().queryForList("SELECT DISTINCT source FROM metrics", String.class))
                    .containsExactlyInAnyOrderElementsOf(SOURCES);
            assertThat(count(caravan, "metrics WHERE metric_date IS NULL")).isZero();
            assertThat(count(caravan, "metrics WHERE metric_date NOT IN ('2026-11-19', '2026-11-20')"))
                    .isZero();
        }
    }

    // --- names

    /** The names of the live series by which clients of the predecessor ask; Velo's are those of its columns. */
    private static final Map<String, List<String>> LIVE_NAMES = Map.of(
            "defillama",
            List.of(("CHAIN_TVL CHAIN_FEES_24H CHAIN_REVENUE_24H CHAIN_DEX_VOLUME_24H CHAIN_PERPS_VOLUME_24H"
                            + " CHAIN_OPTIONS_VOLUME_24H TVL FEES_24H REVENUE_24H DEX_VOLUME_24H"
                            + " DERIVATIVES_VOLUME_24H EARNINGS INFLOW OUTFLOW OPEN_INTEREST STABLECOIN_SUPPLY"
                            + " BRIDGE_VOLUME_24H BRIDGE_VOLUME_7D BRIDGE_VOLUME_30D")
                    .split(" ")),
            "artemis",
            List.of(("PRICE MC FEES REVENUE DAU TXNS 24H_VOLUME AVG_TXN_FEE PERP_FEES PERP_TXNS LENDING_DEPOSITS"
                            + " LENDING_BORROWS SPOT_VOLUME")
                    .split(" ")),
            "coingecko",
            List.of("PRICE", "MARKET_CAP", "VOLUME_24H", "CIRCULATING_SUPPLY", "TOTAL_SUPPLY", "MAX_SUPPLY", "FDV"),
            "alphavantage",
            List.of("OPEN", "HIGH", "LOW", "CLOSE", "VOLUME"),
            "velo",
            List.copyOf(VeloColumns.metrics().values()));

    /** The second names that its backfills gave the same quantities. */
    private static final List<String> SECOND_NAMES = List.of(
            "CHAIN_FEES",
            "CHAIN_REVENUE",
            "CHAIN_DEX_VOLUME",
            "CHAIN_PERPS_VOLUME",
            "CHAIN_OPTIONS_VOLUME",
            "FEES",
            "REVENUE",
            "DEX_VOLUME",
            "DERIVATIVES_VOLUME",
            "STABLECOIN_CIRCULATING",
            "BRIDGE_VOLUME");

    @Test
    void fault09AndWrong07AQuantityHasOneNameAndItIsTheLiveOne() {
        everyFigureIs("5");
        try (TestCaravan caravan = vendors.at(NOW, "defillama.api.key", "llama-key-of-a-test")) {
            assertSucceeds(caravan, SOURCES);
            LIVE_NAMES.forEach((source, names) ->
                    assertThat(names(caravan, "metric", source)).as(source).containsAll(names));
            assertThat(names(caravan, "series", "defillama")).containsAll(LIVE_NAMES.get("defillama"));
            for (String table : List.of("series", "metric")) {
                assertThat(names(caravan, table, "defillama")).as(table).doesNotContainAnyElementsOf(SECOND_NAMES);
            }
            assertThat(caravan.sql()
                            .queryForList("SELECT DISTINCT source, metric, granularity FROM series"
                                    + " EXCEPT SELECT source, metric, granularity FROM metric"))
                    .as("series that the catalogue does not know")
                    .isEmpty();
        }
    }

    private static List<String> names(TestCaravan caravan, String table, String source) {
        return caravan.sql()
                .queryForList("SELECT DISTINCT metric FROM " + table + " WHERE source = ?", String.class, source);
    }

    @Test
    void fault18WhatIsStoredHasTheNamesThatAreDocumented() {
        vendors.answer("/velo/futures", "exchange,coin,product,begin,depth\n" + futures("okex-swap", "BTC"))
                .answer("/velo/rows", velo((from, to) -> "5"));
        try (TestCaravan caravan = vendors.serving(NOW, "velo.columns", "all")) {
            assertThat(caravan.caravan().settings().text("velo.exchanges")).contains("okex-swap");
            assertSucceeds(caravan, List.of("velo"));
            assertThat(caravan.sql().queryForList("SELECT DISTINCT exchange FROM series", String.class))
                    .containsExactly("okex-swap");
            assertThat(caravan.sql().queryForList("SELECT metric FROM series", String.class))
                    .contains("FUNDING_RATE_AVG")
                    .containsExactlyInAnyOrderElementsOf(VeloColumns.metrics().values());
            for (String asset : List.of("BTC", "btc")) {
                assertThat(vendors.get("/latest?metric=CLOSE_PRICE&exchange=okex-swap&assets=" + asset)
                                .path("data"))
                        .as(asset)
                        .hasSize(1);
            }
        }
    }

    @Test
    void fault19ACoinKeepsTheIdOfItsVendorAndItsEntityFindsIt() {
        everyFigureIs("5");
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertThat(count(caravan, "entity_source_ids WHERE source = 'coingecko' AND source_id = 'bitcoin'"))
                    .isEqualTo(1);
            assertSucceeds(caravan, List.of("coingecko", "alphavantage"));
            assertThat(caravan.sql().queryForList("SELECT DISTINCT asset FROM series", String.class))
                    .containsExactlyInAnyOrder("bitcoin", "COIN");
            assertThat(caravan.sql()
                            .queryForList("SELECT DISTINCT source || ' ' || asset FROM v_entity_metrics", String.class))
                    .containsExactlyInAnyOrder("coingecko bitcoin", "alphavantage COIN");
        }
    }

    @Test
    void fault17VenuesAreSeriesOfTheirOwn() {
        vendors.answer(
                        "/velo/futures",
                        "exchange,coin,product,begin,depth\n" + futures("bybit", "BTC") + futures("hyperliquid", "BTC"))
                .answer("exchanges=bybit", velo((from, to) -> "5"))
                .answer("exchanges=hyperliquid", velo((from, to) -> "6"));
        try (TestCaravan caravan = vendors.at(NOW)) {
            for (int i = 0; i < 2; i++) {
                assertSucceeds(caravan, List.of("velo"));
                assertThat(stored(caravan, "velo", "BTC", "CLOSE_PRICE"))
                        .containsExactly(
                                "bybit 2026-11-20 07:00 5",
                                "bybit 2026-11-20 08:00 5",
                                "bybit 2026-11-20 09:00 5",
                                "bybit 2026-11-20 10:00 5 open",
                                "hyperliquid 2026-11-20 07:00 6",
                                "hyperliquid 2026-11-20 08:00 6",
                                "hyperliquid 2026-11-20 09:00 6",
                                "hyperliquid 2026-11-20 10:00 6 open");
            }
            assertThat(caravan.sql()
                            .queryForList(
                                    "SELECT DISTINCT exchange || ' ' || value FROM metrics"
                                            + " WHERE asset = 'BTC' AND metric_name = 'CLOSE_PRICE' ORDER BY 1",
                                    String.class))
                    .containsExactly("bybit 5", "hyperliquid 6");
        }
    }

    @Test
    void wrong08TheNormalisedViewsHoldEverySource() {
        everyFigureIs("5");
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertSucceeds(caravan, SOURCES);
            assertThat(caravan.sql()
                            .queryForList(
                                    "SELECT DISTINCT source FROM v_normalized_metrics WHERE metric_name = 'PRICE'",
                                    String.class))
                    .containsExactlyInAnyOrderElementsOf(SOURCES);
            assertThat(caravan.sql()
                            .queryForList(
                                    "SELECT DISTINCT source FROM v_entity_metrics"
                                            + " WHERE canonical_id = 'bitcoin' AND metric_name = 'PRICE'",
                                    String.class))
                    .containsExactlyInAnyOrder("artemis", "velo", "coingecko");
            assertThat(caravan.sql()
                            .queryForList(
                                    "SELECT DISTINCT source FROM v_normalized_metrics WHERE metric_name = 'FEES'",
                                    String.class))
                    .containsExactlyInAnyOrder("artemis", "defillama");
        }
    }

    @Test
    void wrong15ThereIsOneKeyAndRepeatedPullsKeepToIt() {
        everyFigureIs("5");
        for (int i = 0; i < 2; i++) {
            try (TestCaravan caravan = vendors.at(NOW)) {
                for (String source : SOURCES) {
                    caravan.pull(source);
                }
                assertThat(caravan.sql()
                                .queryForList(
                                        "SELECT indrelid::regclass || ' ' || array_agg(a.attname ORDER BY k.place)::text FROM"
                                                + " pg_index, unnest(indkey) WITH ORDINALITY AS k(number, place)"
                                                + " JOIN pg_attribute a ON a.attnum = k.number"
                                                + " WHERE a.attrelid = indrelid AND indisunique AND k.place <= indnkeyatts"
                                                + " AND indrelid IN ('observation'::regclass, 'series'::regclass)"
                                                + " GROUP BY indexrelid, indrelid ORDER BY 1",
                                        String.class))
                        .containsExactly(
                                "observation {series_id,ts}",
                                "series {series_id}",
                                "series {source,metric,asset,exchange,product,granularity}");
                assertThat(count(
                                caravan,
                                "(SELECT FROM metrics GROUP BY source, asset, metric_name, exchange, granularity,"
                                        + " pulled_at HAVING count(*) > 1) AS twice"))
                        .isZero();
            }
        }
    }

    // --- judging

    @Test
    void fault13APullWhoseRequestsAllFailIsAnError() {
        vendors.answer("/", asked -> Reply.of(500, "no"));
        try (TestCaravan caravan = vendors.at(NOW)) {
            for (String source : SOURCES) {
                assertThat(caravan.pull(source)).as(source).isEqualTo(PullStatus.ERROR);
                assertThat(caravan.lastPull(source))
                        .as(source)
                        .contains(
                                entry("status", "error"),
                                entry("records_count", 0L),
                                entry("failed", failures(caravan).size()));
                assertThat(failures(caravan)).as(source).isNotEmpty().allSatisfy(row -> assertThat(row)
                        .containsEntry("http_status", 500));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"artemis, /data/api/PRICE/", "velo, /velo/rows", "defillama, /overview/dexs?"})
    void fault13APullOfWhichAKindOfRequestFailsIsPartialAndNamesIt(String source, String part) {
        everyFigureIs("5");
        vendors.answer(part, asked -> Reply.of(500, "no"));
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertThat(caravan.pull(source)).isEqualTo(PullStatus.PARTIAL);
            Map<String, Object> pull = caravan.lastPull(source);
            assertThat((Integer) pull.get("expected")).isGreaterThan((Integer) pull.get("received"));
            assertThat(failures(caravan)).isNotEmpty().allSatisfy(row -> {
                assertThat(("/" + source + row.get("request")).replace("GET ", ""))
                        .contains(part);
                assertThat(row.get("http_status")).isEqualTo(500);
            });
        }
    }

    @Test
    void wrong02AFifthOfTheRequestsFailingIsNoSuccess() {
        everyFigureIs("5");
        List<String> coins = new ArrayList<>(List.of("coin,note"));
        StringBuilder catalogue = new StringBuilder("exchange,coin,product,begin,depth\n");
        for (int i = 0; i < 50; i++) {
            coins.add("C" + i + ",");
            catalogue.append(futures("bybit", "C" + i));
        }
        vendors.home().write("config/sources/velo.csv", coins.toArray(String[]::new));
        vendors.answer("/velo/futures", catalogue.toString());
        // A coin is twenty values: one coin a request, and every fifth request fails.
        try (TestCaravan caravan = vendors.at(NOW, "velo.cells", "20")) {
            for (int i = 0; i < 50; i += 5) {
                vendors.answer("coins=C" + i + "&", asked -> Reply.of(503, "api temporarily unavailable"));
            }
            assertThat(caravan.pull("velo")).isEqualTo(PullStatus.PARTIAL);
            assertThat(caravan.lastPull("velo"))
                    .contains(
                            entry("requests", 51),
                            entry("failed", 10),
                            entry("expected", 250),
                            entry("received", 200),
                            entry("records_count", 800L));
            assertThat(failures(caravan))
                    .hasSize(10)
                    .extracting(row -> row.get("request"))
                    .allSatisfy(request -> assertThat((String) request).matches(".*coins=C\\d*[05]&.*"));
        }
    }

    @Test
    void wrong02TheSameOldRowsAgainAndAgainAreNoSuccess() {
        vendors.answer("/velo/rows", velo((from, to) -> "5"));
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertSucceeds(caravan, List.of("velo"));
        }
        // From now on the vendor says what it said at ten, whatever it is asked.
        vendors.answer(
                "/velo/rows",
                veloAnyway(Duration.ofHours(1), Instant.parse("2026-11-20T07:00:00Z"), List.of("5", "5", "5", "5")));
        try (TestCaravan caravan = vendors.at("2026-11-20T18:10:00Z")) {
            assertThat(caravan.pull("velo")).isEqualTo(PullStatus.PARTIAL);
            Map<String, Object> pull = caravan.lastPull("velo");
            assertThat(pull).contains(entry("received", 0), entry("expected", 5), entry("records_count", 0L));
            assertThat((String) pull.get("notes")).contains("no longer answer").contains("BTC CLOSE_PRICE bybit");
            assertThat(count(caravan, "quarantine WHERE reason LIKE '%hours that were not asked for%'"))
                    .isEqualTo(1);
        }
    }

    @Test
    void fault14ThePullCountsTheRowsThatAreThere() {
        everyFigureIs("5");
        vendors.answer(
                "/velo/futures",
                "exchange,coin,product,begin,depth\n" + futures("bybit", "BTC") + futures("bybit", "ETH"));
        // Several requests a pull: their rows are counted together.
        try (TestCaravan caravan =
                vendors.at("2026-11-20T15:10:00Z", "velo.cells", "20", "artemis.batch-symbols", "1")) {
            for (String source : SOURCES) {
                assertSucceeds(caravan, List.of(source));
                long rows = count(caravan, "metrics WHERE source = '" + source + "'");
                assertThat(rows).as(source).isPositive();
                assertThat(caravan.lastPull(source))
                        .as(source)
                        .contains(entry("records_count", rows), entry("new_rows", rows), entry("changed_rows", 0L));
                assertSucceeds(caravan, List.of(source));
                assertThat(caravan.lastPull(source))
                        .as(source)
                        .contains(entry("records_count", 0L), entry("new_rows", 0L), entry("unchanged_rows", rows));
            }
        }
    }

    @Test
    void fault15WhatIsNoFiniteNumberIsKeptOutAndCounted() {
        try (TestCaravan caravan = vendors.serving(NOW)) {
            for (String figure : List.of("\"NaN\"", "\"Infinity\"", "1e999")) {
                everyFigureIs(figure);
                for (String source : SOURCES) {
                    String refused = "quarantine WHERE source = '" + source + "'";
                    long before = count(caravan, refused);
                    caravan.sql().execute("TRUNCATE not_offered, asset_answered");
                    caravan.pull(source);
                    // Velo writes NaN for "no value".
                    assertThat(count(caravan, refused) > before)
                            .as("%s of %s is counted", figure, source)
                            .isEqualTo(!source.equals("velo") || !figure.contains("NaN"));
                    assertThat(caravan.lastPull(source)).as(source).containsEntry("records_count", 0L);
                }
            }
            assertThat(count(caravan, "observation")).isZero();
            for (String metric : List.of("PRICE", "CHAIN_TVL", "CLOSE_PRICE", "FEES", "CLOSE")) {
                assertThat(vendors.get("/latest?metric=" + metric).path("count").asInt(-1))
                        .as(metric)
                        .isZero();
            }
        }
    }

    @Test
    void fault23BeingToldTwiceToWaitIsNotThatThereIsNoData() {
        everyFigureIs("5");
        vendors.answer("/overview/fees/BSC", asked -> new Reply(429, "later", Map.of("Retry-After", "0")));
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.PARTIAL);
            assertThat(failures(caravan)).hasSize(2).allSatisfy(row -> {
                assertThat((String) row.get("request")).contains("/overview/fees/BSC");
                assertThat(row).contains(entry("http_status", 429), entry("attempts", 2));
            });
            assertThat(count(
                            caravan,
                            "not_offered WHERE asset = 'bsc' AND metric IN ('CHAIN_FEES_24H', 'CHAIN_REVENUE_24H')"))
                    .isZero();
            vendors.forget();
            caravan.pull("defillama");
            assertThat(vendors.asked("/overview/fees/BSC")).hasSize(4);
        }
    }

    @Test
    void fault23ProtocolsThatShareAKeyDoNotTakeEachOthersValues() {
        vendors.home()
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "aave,Aave,aave,,,,Lending,",
                        "aave-v2,Aave V2,aave,,,,Lending,",
                        "savers,USDe Savers,ethena,,,,Yield,",
                        "ethereal,Ethereal,ethena,,,,Dexs,",
                        "twin,Twin,,,,,Dexs,");
        List<String> rows = List.of(
                "{'slug':'aave-v2','name':'Aave V2','gecko_id':'aave','parentProtocol':'parent#aave','tvl':1}",
                "{'slug':'aave-v3','name':'Aave V3','gecko_id':'aave','parentProtocol':'parent#aave','tvl':20}",
                "{'slug':'aave-arc','name':'Aave Arc','gecko_id':'aave','parentProtocol':'parent#aave','tvl':0}",
                "{'slug':'ethena','name':'Ethena','gecko_id':'ethena','tvl':7}",
                "{'slug':'twin-one','name':'Twin','tvl':30}",
                "{'slug':'twin-two','name':'twin','tvl':4}");
        try (TestCaravan caravan = vendors.at(NOW)) {
            for (int turn = 0; turn < rows.size(); turn++) {
                List<String> turned = new ArrayList<>(rows);
                Collections.rotate(turned, turn);
                vendors.answer("/protocols", "[" + String.join(",", turned) + "]");
                assertSucceeds(caravan, List.of("defillama"));
                assertThat(caravan.sql()
                                .queryForList(
                                        "SELECT asset || ' ' || value FROM metrics WHERE metric_name = 'TVL' ORDER BY 1",
                                        String.class))
                        .as("turned by %d", turn)
                        .containsExactly("aave 21", "aave-v2 1", "twin 30");
            }
        }
    }

    @Test
    void fault23ARowWithoutAnIdIsNobodysAndNotTheAssetCalledNone() {
        vendors.home()
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "none,None,none,,,,CDP,",
                        "null,Null,null,stablecoin,null,null,CDP,",
                        "nobody,Nobody,,,,,Dexs,",
                        "chain-none,none,none,chain,,,Chain,")
                .write("config/sources/coingecko.csv", "id,symbol,name,note", "null,NULL,Null,", "none,NONE,None,");
        vendors.answer(CHAIN_TVL, "[{'name':null,'gecko_id':null,'tvl':5},{'name':'X','gecko_id':null,'tvl':5}]")
                .answer("/protocols", "[{'slug':null,'name':null,'gecko_id':null,'tvl':5},{'tvl':5}]")
                .answer("/overview/", "{'protocols':[{'slug':null,'name':null,'total24h':5}]}")
                .answer(
                        "/stablecoins",
                        "{'peggedAssets':[{'id':null,'pegType':null,'circulating':{'null':5},'price':5}]}")
                .answer(COINS, "[{'id':null,'current_price':5}]");
        try (TestCaravan caravan = vendors.at(NOW)) {
            caravan.pull("defillama");
            caravan.pull("coingecko");
            assertThat(caravan.sql().queryForList("SELECT asset, metric FROM series"))
                    .isEmpty();
        }
    }

    @Test
    void fault23ALaterValueOfABucketIsNoSecondPointOfIt() {
        for (int minute = 5; minute < 60; minute += 25) {
            String time = "2026-11-20T10:%02d:00Z".formatted(minute);
            String value = String.valueOf(minute);
            vendors.answer(COINS, asked -> Reply.of(200, "[" + coin("bitcoin", value, time) + "]"))
                    .answer("/protocols", "[{'slug':'lido','tvl':" + value + "}]")
                    .answer("/velo/rows", velo((from, to) -> value));
            try (TestCaravan caravan = vendors.at(time)) {
                assertSucceeds(caravan, List.of("coingecko", "defillama", "velo"));
                assertThat(stored(caravan, "coingecko", "bitcoin", "PRICE"))
                        .containsExactly("2026-11-20 10:00 " + value + " open");
                assertThat(stored(caravan, "defillama", "lido", "TVL"))
                        .containsExactly("2026-11-20 00:00 " + value + " open");
                assertThat(stored(caravan, "velo", "BTC", "CLOSE_PRICE")).hasSize(4);
            }
        }
    }

    @Test
    void fault23VeloIsAskedOnlyForPairsThatItsCatalogueLists() {
        vendors.answer(
                        "/velo/futures",
                        "exchange,coin,product,begin,depth\n" + futures("bybit", "BTC") + futures("okex-swap", "ETH")
                                + futures("hyperliquid", "OTHER"))
                .answer("/velo/rows", velo((from, to) -> "5"));
        try (TestCaravan caravan = vendors.at(NOW)) {
            assertSucceeds(caravan, List.of("velo"));
            assertThat(vendors.asked("/velo/rows"))
                    .extracting(asked -> WrittenAnswers.parameter(asked, "exchanges") + " "
                            + WrittenAnswers.parameter(asked, "coins"))
                    .containsExactlyInAnyOrder("bybit BTC", "okex-swap ETH");
        }
    }

    @Test
    void wrong19ARefusalSilencesNothingForADay() {
        List<String> refused = List.of("/overview/dexs/BSC", "/data/api/PRICE/", COINS);
        try (TestCaravan caravan = vendors.at(NOW)) {
            for (int status : List.of(402, 404, 410)) {
                everyFigureIs("5");
                refused.forEach(part -> vendors.answer(part, asked -> Reply.of(status, "no")));
                for (String source : List.of("defillama", "artemis", "coingecko")) {
                    assertThat(caravan.pull(source)).as(source).isIn(PullStatus.PARTIAL, PullStatus.ERROR);
                    assertThat(failures(caravan)).singleElement().satisfies(row -> assertThat(row)
                            .contains(entry("http_status", status), entry("attempts", 1)));
                }
                everyFigureIs("5");
                vendors.forget();
                assertSucceeds(caravan, List.of("defillama", "artemis", "coingecko"));
                for (String part : refused) {
                    assertThat(vendors.asked(part))
                            .as("%s after %d", part, status)
                            .hasSize(1);
                }
            }
        }
    }

    @Test
    void wrong20AKeyThatTheVendorRepeatsIsInNoTable() {
        List<String> settings = new ArrayList<>();
        for (String source : SOURCES) {
            settings.addAll(List.of(source + ".api.key", "k3y/of+" + source));
        }
        try (TestCaravan caravan = vendors.at(NOW, settings.toArray(String[]::new))) {
            for (String source : SOURCES) {
                String key = "k3y/of+" + source;
                vendors.forget();
                for (int status : List.of(200, 400, 401, 500)) {
                    vendors.answer(
                            "/",
                            asked -> Reply.of(
                                    status,
                                    source + " heard " + key + " in " + asked.target() + " " + asked.headers()));
                    assertThat(caravan.pull(source))
                            .as("%s, %d", source, status)
                            .isEqualTo(PullStatus.ERROR);
                }
                assertThat(vendors.asked("/")).as(source).isNotEmpty().allSatisfy(asked -> assertThat(
                                URLDecoder.decode(asked.target(), StandardCharsets.UTF_8) + asked.headers())
                        .containsAnyOf(key, basic(key)));
                assertThat(dump(caravan.sql()))
                        .contains(source + " heard ***")
                        .doesNotContain("k3y/of", "k3y%2Fof", basic(key));
            }
        }
    }

    private static String basic(String key) {
        return Base64.getEncoder().encodeToString(("api:" + key).getBytes(StandardCharsets.UTF_8));
    }

    /** Every row of every table, as text. */
    private static String dump(JdbcTemplate sql) {
        StringBuilder all = new StringBuilder();
        for (String table : sql.queryForList(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                        + " AND tablename NOT IN ('entities', 'entity_source_ids', 'metric')",
                String.class)) {
            sql.queryForList("SELECT t::text FROM \"" + table + "\" t", String.class)
                    .forEach(row -> all.append(row).append('\n'));
        }
        return all.toString();
    }
}
