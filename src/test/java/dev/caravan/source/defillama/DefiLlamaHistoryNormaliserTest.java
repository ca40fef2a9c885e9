package dev.caravan.source.defillama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.settings.Settings;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.ProjectedJson;
import dev.caravan.testing.TestHome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What DefiLlama's histories are taken to say; each answer passes the projection that its own request names. */
final class DefiLlamaHistoryNormaliserTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:34:56Z");

    @TempDir
    static Path folder;

    private static DefiLlamaHistoryRequests requests;
    private static DefiLlamaNormaliser normaliser;

    @BeforeAll
    static void copyHome() {
        TestHome home = TestHome.copyTo(folder)
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "venue-one,Venue One,,,,,Derivatives,",
                        "house,House,,,,,Derivatives,a family",
                        "gone,Gone,,,,,Derivatives,",
                        "base,Base,,,,,Chain,",
                        "tether,Tether,tether,stablecoin,1,,Stablecoin,",
                        "dai,Dai,dai,stablecoin,5,,Stablecoin,");
        Settings settings = Settings.load(home.path(), Map.of(), Map.of("defillama.api.key", "llama-secret"), false);
        requests = new DefiLlamaHistoryRequests(new DefiLlamaHosts(settings, new Accounts(settings)));
        normaliser = new DefiLlamaNormaliser(settings);
    }

    private static VendorRequest request(String answer, String subject, List<String> assets, String... metrics) {
        return requests.of(new Window(
                answer,
                subject,
                assets,
                List.of(metrics),
                "",
                Granularity.DAY,
                Instant.parse("2009-01-01T00:00:00Z"),
                Instant.parse("2026-01-15T00:00:00Z")));
    }

    private static VendorRequest fees() {
        return request(DefiLlamaHistoryAnswers.FLOW + "FEES_24H", "lido", List.of("lido"), "FEES_24H");
    }

    private static VendorRequest chainTvl() {
        return request(DefiLlamaHistoryAnswers.CHAIN_TVL, "OP Mainnet", List.of("op-mainnet"), "CHAIN_TVL");
    }

    private static VendorRequest protocol(String... metrics) {
        return request(DefiLlamaHistoryAnswers.PROTOCOL, "lido", List.of("lido"), metrics);
    }

    private static VendorRequest supply() {
        return request(DefiLlamaHistoryAnswers.STABLECOIN, "52", List.of("celo-euro"), "STABLECOIN_SUPPLY");
    }

    private static NormalisedAnswer read(VendorRequest request, String json) {
        try {
            byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            JsonNode kept = new ProjectedJson().read(new ByteArrayInputStream(bytes), request.fields());
            return normaliser.normalise(request, kept, NOW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Midnight of a day, in seconds. */
    private static long at(String day) {
        return LocalDate.parse(day).toEpochDay() * 86_400;
    }

    private static String pairs(Object... daysAndValues) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < daysAndValues.length; i += 2) {
            text.append(i == 0 ? "" : ",")
                    .append("[%d,%s]".formatted(at((String) daysAndValues[i]), daysAndValues[i + 1]));
        }
        return "[" + text + "]";
    }

    private static String rows(String field, Object... daysAndValues) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < daysAndValues.length; i += 2) {
            text.append(i == 0 ? "" : ",")
                    .append("{'date':%d,'%s':%s}"
                            .formatted(at((String) daysAndValues[i]), field, daysAndValues[i + 1]));
        }
        return "[" + text + "]";
    }

    /** Values by asset, metric and day. */
    private static Map<String, Double> days(NormalisedAnswer answer) {
        Map<String, Double> days = new TreeMap<>();
        ObservationBatch batch = answer.observations();
        for (int i = 0; i < batch.size(); i++) {
            assertThat(batch.open(i)).isFalse();
            assertThat(batch.key(i).granularity()).isEqualTo(Granularity.DAY);
            LocalDate day = LocalDate.ofInstant(Instant.ofEpochSecond(batch.epochSecond(i)), ZoneOffset.UTC);
            days.put(batch.key(i).asset() + " " + batch.key(i).metric() + " " + day, batch.value(i));
        }
        assertThat(days).hasSize(batch.size());
        return days;
    }

    // --- amounts

    @Test
    void anAmountBelongsToTheDayOfItsStampAndTodaysIsLeftOut() {
        NormalisedAnswer answer = read(
                fees(),
                "{'protocolType':'protocol','totalDataChart':"
                        + pairs("2026-01-13", 5, "2026-01-14", 7.5, "2026-01-15", 2) + "}");
        assertThat(days(answer))
                .containsExactly(entry("lido FEES_24H 2026-01-13", 5.0), entry("lido FEES_24H 2026-01-14", 7.5));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void missingDaysStayMissingZerosAreValuesAndNegativeAmountsAreKept() {
        NormalisedAnswer answer = read(
                fees(),
                "{'totalDataChart':"
                        + pairs("2026-01-08", 0, "2026-01-10", -12.25, "2026-01-11", "null", "2026-01-12", 0.0) + "}");
        assertThat(days(answer))
                .containsExactly(
                        entry("lido FEES_24H 2026-01-08", 0.0),
                        entry("lido FEES_24H 2026-01-10", -12.25),
                        entry("lido FEES_24H 2026-01-12", 0.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void aPointBetweenMidnightsIsNoDays() {
        long noon = at("2026-01-13") + 43_200;
        assertThat(days(read(fees(), "{'totalDataChart':[[" + noon + ",5],[" + at("2026-01-14") + ",6]]}")))
                .containsExactly(entry("lido FEES_24H 2026-01-14", 6.0));
    }

    @Test
    void revenueIsStoredUnderBothNamesWhereBothAreAskedAndUnderOneWhereOneIs() {
        String chart = "{'totalDataChart':" + pairs("2026-01-14", 3) + "}";
        String kind = DefiLlamaHistoryAnswers.FLOW + "REVENUE_24H";
        assertThat(days(read(request(kind, "lido", List.of("lido"), "REVENUE_24H", "EARNINGS"), chart)))
                .containsExactly(entry("lido EARNINGS 2026-01-14", 3.0), entry("lido REVENUE_24H 2026-01-14", 3.0));
        assertThat(days(read(request(kind, "lido", List.of("lido"), "EARNINGS"), chart)))
                .containsExactly(entry("lido EARNINGS 2026-01-14", 3.0));
    }

    @Test
    void whatIsPaidToAProtocolIsNotWhatIsPaidToAChainOfItsSlug() {
        VendorRequest gas = request(DefiLlamaHistoryAnswers.GAS + "FEES_24H", "base", List.of("base"), "FEES_24H");
        String chart = "'totalDataChart':" + pairs("2026-01-14", 3) + "}";
        assertThat(days(read(gas, "{'protocolType':'chain'," + chart)))
                .containsExactly(entry("base FEES_24H 2026-01-14", 3.0));
        assertThat(days(read(gas, "{'protocolType':'protocol'," + chart))).isEmpty();
        assertThat(days(read(fees(), "{'protocolType':'chain'," + chart))).isEmpty();
    }

    @Test
    void chainsHaveTheirOverviewsChartAndTheirPerpsABareOne() {
        assertThat(days(read(
                        request(
                                DefiLlamaHistoryAnswers.CHAIN_FLOW + "DEX_VOLUME_24H",
                                "OP Mainnet",
                                List.of("op-mainnet"),
                                "CHAIN_DEX_VOLUME_24H"),
                        "{'chain':'OP Mainnet','totalDataChart':" + pairs("2026-01-13", 8, "2026-01-14", 9) + "}")))
                .containsExactly(
                        entry("op-mainnet CHAIN_DEX_VOLUME_24H 2026-01-13", 8.0),
                        entry("op-mainnet CHAIN_DEX_VOLUME_24H 2026-01-14", 9.0));
        assertThat(days(read(
                        request(
                                DefiLlamaHistoryAnswers.CHAIN_PERPS,
                                "OP Mainnet",
                                List.of("op-mainnet"),
                                "CHAIN_PERPS_VOLUME_24H"),
                        pairs("2026-01-14", 4, "2026-01-15", 1))))
                .containsExactly(entry("op-mainnet CHAIN_PERPS_VOLUME_24H 2026-01-14", 4.0));
    }

    // --- levels

    @Test
    void theMidnightPointOfADayIsTheCloseOfTheDayBefore() {
        long now = NOW.getEpochSecond() - 400;
        NormalisedAnswer answer = read(
                protocol("TVL"),
                "{'id':'1','tokens':[{'date':1,'tokens':{'A':1}}],'tvl':["
                        + rows("totalLiquidityUSD", "2026-01-13", 100, "2026-01-14", 0, "2026-01-15", 300)
                                .replaceAll("^\\[|\\]$", "")
                        + ",{'date':" + now + ",'totalLiquidityUSD':999}],'chainTvls':{}}");
        assertThat(days(answer))
                .containsExactly(
                        entry("lido TVL 2026-01-12", 100.0),
                        entry("lido TVL 2026-01-13", 0.0),
                        entry("lido TVL 2026-01-14", 300.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void stakingPool2AndBorrowedStandBesideTheChainsAndOnlyWhatWasAskedIsTaken() {
        String part = "{'tvl':%s,'tokens':[{'date':1,'tokens':{}}]}";
        String json = "{'tvl':" + rows("totalLiquidityUSD", "2026-01-14", 1) + ",'chainTvls':{"
                + "'Ethereum':" + part.formatted(rows("totalLiquidityUSD", "2026-01-14", 50))
                + ",'Ethereum-borrowed':" + part.formatted(rows("totalLiquidityUSD", "2026-01-14", 60))
                + ",'staking':" + part.formatted(rows("totalLiquidityUSD", "2026-01-14", 2))
                + ",'pool2':" + part.formatted(rows("totalLiquidityUSD", "2026-01-14", 3))
                + ",'borrowed':" + part.formatted(rows("totalLiquidityUSD", "2026-01-14", 4)) + "}}";
        assertThat(days(read(protocol("TVL", "STAKING", "POOL2", "BORROWED"), json)))
                .containsExactly(
                        entry("lido BORROWED 2026-01-13", 4.0),
                        entry("lido POOL2 2026-01-13", 3.0),
                        entry("lido STAKING 2026-01-13", 2.0),
                        entry("lido TVL 2026-01-13", 1.0));
        assertThat(days(read(protocol("BORROWED"), json))).containsExactly(entry("lido BORROWED 2026-01-13", 4.0));
    }

    @Test
    void aProtocolWithoutSomeOfItsFiguresHasTheOthers() {
        assertThat(days(read(
                        protocol("TVL", "STAKING", "BORROWED"),
                        "{'tvl':null,'chainTvls':{'staking':{'tvl':" + rows("totalLiquidityUSD", "2026-01-14", 2)
                                + "}}}")))
                .containsExactly(entry("lido STAKING 2026-01-13", 2.0));
        assertThat(days(read(protocol("TVL"), "{'tvl':[],'chainTvls':{}}"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-15", "2026-01-14"})
    void theLastPointOfAChainMovesUntilMidnightAndIsNoClose(String last) {
        String before = LocalDate.parse(last).minusDays(1).toString();
        assertThat(days(read(chainTvl(), rows("tvl", "2026-01-10", 1, before, 2, last, 3))))
                .containsExactly(
                        entry("op-mainnet CHAIN_TVL 2026-01-09", 1.0),
                        entry("op-mainnet CHAIN_TVL " + LocalDate.parse(before).minusDays(1), 2.0));
    }

    @Test
    void aChainWhoseLastPointIsNowHasItsMidnightPointBefore() {
        String json = "[{'date':" + at("2026-01-15") + ",'tvl':5},{'date':" + NOW.getEpochSecond() + ",'tvl':6}]";
        assertThat(days(read(chainTvl(), json))).containsExactly(entry("op-mainnet CHAIN_TVL 2026-01-14", 5.0));
    }

    @Test
    void anUnknownChainMayComeAsAnEnvelopeWhichItsRequestTakesForARefusal() throws Exception {
        VendorRequest request = chainTvl();
        String envelope =
                "{\"statusCode\":400,\"body\":\"{\\\"message\\\":\\\"There is no chain\\\"}\",\"headers\":{}}";
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            DefaultExchange exchange = new DefaultExchange(context);
            exchange.setVariable("request", request);
            assertThatThrownBy(() -> new ProjectedJson()
                            .unmarshal(exchange, new ByteArrayInputStream(envelope.getBytes(StandardCharsets.UTF_8))))
                    .isInstanceOfSatisfying(TerminalFailure.class, failure -> assertThat(request.refusals())
                            .contains(failure.status()));
        }
    }

    // --- stablecoins

    private static String supplies(String... amounts) {
        StringBuilder text = new StringBuilder();
        LocalDate day = LocalDate.parse("2026-01-15").minusDays(amounts.length - 1L);
        for (String amount : amounts) {
            text.append(text.isEmpty() ? "" : ",")
                    .append("{'date':'%d','totalCirculating':{'peggedEUR':1}%s}".formatted(at(day.toString()), amount));
            day = day.plusDays(1);
        }
        return "[" + text + "]";
    }

    @Test
    void aSupplyIsInUsdUnderItsPegAndItsDatesAreTexts() {
        NormalisedAnswer answer = read(
                supply(),
                supplies(
                        ",'totalCirculatingUSD':{'peggedEUR':10}",
                        ",'totalUnreleased':{'peggedEUR':9e12},'totalCirculatingUSD':{'peggedEUR':20}",
                        ",'totalCirculatingUSD':{'peggedEUR':30.55}"));
        assertThat(days(answer))
                .containsExactly(
                        entry("celo-euro STABLECOIN_SUPPLY 2026-01-12", 10.0),
                        entry("celo-euro STABLECOIN_SUPPLY 2026-01-13", 20.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void aLostPegMeansZeroAndALostObjectNothing() {
        assertThat(days(read(
                        supply(),
                        supplies(
                                ",'totalCirculatingUSD':{}",
                                "",
                                ",'totalCirculatingUSD':{'peggedEUR':null}",
                                ",'totalCirculatingUSD':{'peggedEUR':5}",
                                ",'totalCirculatingUSD':{'peggedEUR':0}"))))
                .containsExactly(
                        entry("celo-euro STABLECOIN_SUPPLY 2026-01-10", 0.0),
                        entry("celo-euro STABLECOIN_SUPPLY 2026-01-13", 5.0));
    }

    @Test
    void aCoinThatIsWorthNothingAllItsLifeHasZeros() {
        assertThat(days(read(
                        supply(), supplies(",'totalCirculatingUSD':{}", ",'totalCirculatingUSD':{'peggedEUR':0}"))))
                .containsExactly(entry("celo-euro STABLECOIN_SUPPLY 2026-01-13", 0.0));
    }

    @Test
    void withoutAnyPegNothingIsSaid() {
        assertThat(days(read(supply(), supplies(",'totalCirculatingUSD':{}", ",'totalCirculatingUSD':{}"))))
                .isEmpty();
    }

    @Test
    void aChartOfSeveralPegsIsNotThatOfOneCoin() {
        NormalisedAnswer answer = read(
                supply(),
                supplies(
                        ",'totalCirculatingUSD':{'peggedUSD':7,'peggedEUR':5}",
                        ",'totalCirculatingUSD':{'peggedUSD':7,'peggedEUR':5}"));
        assertThat(days(answer)).isEmpty();
        assertThat(answer.rejections())
                .singleElement()
                .extracting(Rejection::fragment)
                .isEqualTo("peggedEUR, peggedUSD");
    }

    @Test
    void pricesOfAllCoinsComeByTheirGeckoIds() {
        VendorRequest prices =
                request(DefiLlamaHistoryAnswers.STABLECOIN_PRICES, "", List.of("tether", "dai"), "STABLECOIN_PRICE");
        assertThat(days(read(
                        prices,
                        rows(
                                "prices",
                                "2026-01-13",
                                "{'tether':1.001,'other':5}",
                                "2026-01-14",
                                "{'tether':0.999,'dai':null}",
                                "2026-01-15",
                                "{'tether':1,'dai':1}"))))
                .containsExactly(
                        entry("tether STABLECOIN_PRICE 2026-01-12", 1.001),
                        entry("tether STABLECOIN_PRICE 2026-01-13", 0.999));
    }

    // --- open interest

    private static VendorRequest openInterest(String... assets) {
        return request(DefiLlamaHistoryAnswers.OPEN_INTEREST, "", List.of(assets), "OPEN_INTEREST");
    }

    private static final String VENUES = "'protocols':["
            + "{'slug':'venue-one','name':'Venue One','displayName':'Venue One','total24h':5},"
            + "{'slug':'house-a','name':'House A Perps','displayName':'House A','parentProtocol':'parent#house','total24h':5},"
            + "{'slug':'house-b','name':'House B','parentProtocol':'parent#house','total24h':null}]}";

    @Test
    void openInterestComesByNameAndFamiliesAreSummed() {
        NormalisedAnswer answer = read(
                openInterest("venue-one", "house"),
                "{'totalDataChartBreakdown':"
                        + pairs(
                                "2026-01-12", "{'Venue One':1,'House A Perps':10,'House B':100,'Nobody':7}",
                                "2026-01-13", "{'Venue One':0,'House A Perps':20}",
                                "2026-01-14", "{'House A':30,'House B':null,'Venue One':-2}",
                                "2026-01-15", "{'Venue One':4}")
                        + "," + VENUES);
        assertThat(days(answer))
                .containsExactly(
                        entry("house OPEN_INTEREST 2026-01-12", 110.0),
                        entry("house OPEN_INTEREST 2026-01-13", 20.0),
                        entry("venue-one OPEN_INTEREST 2026-01-12", 1.0),
                        entry("venue-one OPEN_INTEREST 2026-01-13", 0.0),
                        entry("venue-one OPEN_INTEREST 2026-01-14", -2.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void aDayWithoutPartsIsNoDayOfZeros() {
        NormalisedAnswer answer = read(
                openInterest("venue-one"),
                "{'totalDataChartBreakdown':"
                        + pairs("2026-01-12", "null", "2026-01-13", "{}", "2026-01-14", "{'Venue One':3}") + ","
                        + VENUES);
        assertThat(days(answer)).containsExactly(entry("venue-one OPEN_INTEREST 2026-01-14", 3.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void aProtocolThatHasLeftTheListIsFoundByItsNameAndNoneButWhatWasAskedIs() {
        String json = "{'totalDataChartBreakdown':" + pairs("2026-01-12", "{'Gone':9,'Venue One':1}") + "," + VENUES;
        assertThat(days(read(openInterest("gone"), json))).containsExactly(entry("gone OPEN_INTEREST 2026-01-12", 9.0));
        assertThat(days(read(openInterest("base"), json))).isEmpty();
    }

    // --- bridges and inflows

    @Test
    void aBridgesVolumeIsHalfOfWhatWentInAndOut() {
        VendorRequest bridge = request(DefiLlamaHistoryAnswers.BRIDGE, "19", List.of("across"), "BRIDGE_VOLUME_24H");
        String row = "{'date':'%d','depositUSD':%s,'withdrawUSD':%s,'depositTxs':1}";
        assertThat(days(read(
                        bridge,
                        "[" + row.formatted(at("2026-01-11"), 10, 30) + "," + row.formatted(at("2026-01-12"), 0, 0)
                                + ","
                                + row.formatted(at("2026-01-13"), 5, "null") + ","
                                + row.formatted(at("2026-01-15"), 5, 5) + "]")))
                .containsExactly(
                        entry("across BRIDGE_VOLUME_24H 2026-01-11", 20.0),
                        entry("across BRIDGE_VOLUME_24H 2026-01-12", 0.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"12.5", "-12.5", "0"})
    void aNetInflowIsSplitByItsSignOnTheDayThatWasAsked(String net) {
        double value = Double.parseDouble(net);
        VendorRequest inflows =
                request(DefiLlamaHistoryAnswers.INFLOWS, "lido 2026-01-10", List.of("lido"), "INFLOW", "OUTFLOW");
        assertThat(days(read(inflows, "{'outflows':" + net + ",'oldTokens':{}}")))
                .containsExactly(
                        entry("lido INFLOW 2026-01-10", Math.max(value, 0)),
                        entry("lido OUTFLOW 2026-01-10", Math.max(-value, 0)));
    }

    // --- answers of another form

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "'temporarily unavailable'", "null", "{'error':'slow'}"})
    void anotherAnswerIsAFailureAndNoHistoryWithoutDays(String json) {
        for (VendorRequest request : List.of(fees(), protocol("TVL"), openInterest("venue-one"))) {
            assertThatThrownBy(() -> read(request, json)).isInstanceOf(TransientFailure.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "'temporarily unavailable'", "null", "{'error':'slow'}", "7"})
    void anotherAnswerThanAnArrayIsAFailure(String json) {
        for (VendorRequest request : List.of(chainTvl(), supply())) {
            assertThatThrownBy(() -> read(request, json)).isInstanceOf(TransientFailure.class);
        }
        assertThatThrownBy(() -> read(fees(), "{'totalDataChart':" + json + "}"))
                .isInstanceOf(TransientFailure.class);
    }

    @Test
    void pointsThatCannotBeReadAreQuarantinedAndTheOthersStored() {
        NormalisedAnswer answer = read(
                fees(),
                "{'totalDataChart':[[" + at("2026-01-12") + ",'much'],[null,5],['soon',5],7,[" + at("2026-01-14")
                        + ",'6.5']]}");
        assertThat(days(answer)).containsExactly(entry("lido FEES_24H 2026-01-14", 6.5));
        assertThat(answer.rejections()).hasSize(4);
    }

    @Test
    void aChartOfAnotherFormDoesNotFillTheQuarantine() {
        StringBuilder points = new StringBuilder("[1,2]");
        for (int i = 0; i < 3_000; i++) {
            points.append(",{'at':").append(i).append("}");
        }
        NormalisedAnswer answer = read(fees(), "{'totalDataChart':[" + points + "]}");
        assertThat(answer.rejections()).hasSize(21);
        assertThat(answer.rejections().get(20).reason()).startsWith("2980 more");
    }
}
