package dev.caravan.source.defillama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.settings.Settings;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Observed;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What DefiLlama's answers are taken to say. */
final class DefiLlamaNormaliserTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:34:56Z");
    private static final Instant TODAY = Instant.parse("2026-01-15T00:00:00Z");
    private static final Instant YESTERDAY = Instant.parse("2026-01-14T00:00:00Z");

    @TempDir
    static Path folder;

    private static TestHome home;
    private static DefiLlamaNormaliser normaliser;

    @BeforeAll
    static void copyHome() {
        home = TestHome.copyTo(folder);
        normaliser = new DefiLlamaNormaliser(Settings.load(home.path(), Map.of(), Map.of(), false));
    }

    /** Rows of {@code slug,name,gecko_id,kind,stablecoin_id,bridge,category}. */
    private static void configure(String... rows) {
        List<String> lines = new ArrayList<>(List.of("slug,name,gecko_id,kind,stablecoin_id,bridge,category,note"));
        for (String row : rows) {
            lines.add(row + ",");
        }
        home.write("config/sources/defillama.csv", lines.toArray(String[]::new));
    }

    private static VendorRequest.Builder request(String answer, String subject) {
        return VendorRequest.get("defillama", "http://127.0.0.1", "/x").answer(answer, subject);
    }

    private static NormalisedAnswer read(VendorRequest request, String json) {
        try {
            return normaliser.normalise(request, new ObjectMapper().readTree(json.replace('\'', '"')), NOW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NormalisedAnswer chains(String json) {
        return read(request("chains", "").build(), json);
    }

    private static NormalisedAnswer protocols(List<String> asked, String json) {
        return read(
                request("protocols", "")
                        .expects(asked, List.of("TVL", "STAKING", "POOL2", "BORROWED"))
                        .build(),
                json);
    }

    private static NormalisedAnswer overview(Overview overview, List<String> asked, String json) {
        return read(
                request(overview.answer(), "")
                        .expects(asked, overview.metrics())
                        .build(),
                json);
    }

    private static Overview of(String metric) {
        return Overview.of("overview:" + metric);
    }

    private static Map<String, Double> values(NormalisedAnswer answer) {
        return Observed.values(answer.observations());
    }

    // --- chains

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'name':'BSC','gecko_id':'binancecoin','tvl':5.46e9},{'name':'Binance','gecko_id':'binancecoin','tvl':0}]",
                "[{'name':'Binance','gecko_id':'binancecoin','tvl':0},{'name':'BSC','gecko_id':'binancecoin','tvl':5.46e9}]"
            })
    void aDeadRowWithTheSameGeckoIdIsNotTaken(String json) {
        configure("bsc,BSC,binancecoin,,,,Chain");
        NormalisedAnswer answer = chains(json);
        assertThat(values(answer)).containsExactly(entry("bsc CHAIN_TVL", 5.46e9));
        assertThat(answer.vendorNames()).containsExactly(entry("bsc", "BSC"));
    }

    @Test
    void aChainUnderItsOldNameIsFoundByItsGeckoIdUnderTheNewOne() {
        configure("klaytn,Klaytn,klay-token,,,,Chain");
        NormalisedAnswer answer = chains("[{'name':'Klaytn','gecko_id':'klay-token','tvl':0},"
                + "{'name':'Kaia','gecko_id':'klay-token','tvl':25}]");
        assertThat(values(answer)).containsExactly(entry("klaytn CHAIN_TVL", 25.0));
        assertThat(answer.vendorNames()).containsExactly(entry("klaytn", "Kaia"));
    }

    @Test
    void aChainThatIsListedByANewNameOnlyIsFoundByItsGeckoId() {
        configure("klaytn,Klaytn,klay-token,,,,Chain");
        NormalisedAnswer answer = chains("[{'name':'Kaia','gecko_id':'klay-token','tvl':25}]");
        assertThat(values(answer)).containsExactly(entry("klaytn CHAIN_TVL", 25.0));
        assertThat(answer.vendorNames()).containsExactly(entry("klaytn", "Kaia"));
    }

    @Test
    void aNameBeatsALargerRowWithTheSameGeckoId() {
        configure("iota,IOTA,iota,,,,Chain");
        NormalisedAnswer answer = chains(
                "[{'name':'IOTA EVM','gecko_id':'iota','tvl':900}," + "{'name':'IOTA','gecko_id':'iota','tvl':7}]");
        assertThat(values(answer)).containsExactly(entry("iota CHAIN_TVL", 7.0));
        assertThat(answer.vendorNames()).containsExactly(entry("iota", "IOTA"));
    }

    @Test
    void anEmptyChainDoesNotTakeTheValueOfAnotherConfiguredChain() {
        configure("bitcoincash,Bitcoincash,bitcoin-cash,,,,Chain", "smartbch,smartBCH,bitcoin-cash,,,,Chain");
        NormalisedAnswer answer = chains("[{'name':'Bitcoincash','gecko_id':'bitcoin-cash','tvl':7441209},"
                + "{'name':'smartBCH','gecko_id':'bitcoin-cash','tvl':0}]");
        assertThat(values(answer))
                .containsExactly(entry("bitcoincash CHAIN_TVL", 7441209.0), entry("smartbch CHAIN_TVL", 0.0));
    }

    @Test
    void aChainWithATvlOfZeroIsStoredAsZero() {
        configure("bittensor,Bittensor,bittensor,,,,Chain", "zeta,Zeta,,,,,Chain");
        NormalisedAnswer answer = chains(
                "[{'name':'Bittensor','gecko_id':'bittensor','tvl':0},{'name':'Zeta','gecko_id':null,'tvl':0.0}]");
        assertThat(values(answer)).containsExactly(entry("bittensor CHAIN_TVL", 0.0), entry("zeta CHAIN_TVL", 0.0));
    }

    @Test
    void aChainWithATvlOfNullHasANameAndNoValue() {
        configure("saga,Saga,saga-2,,,,Chain", "zeta,Zeta,,,,,Chain");
        NormalisedAnswer answer =
                chains("[{'name':'Saga','gecko_id':'saga-2','tvl':null},{'name':'Zeta','gecko_id':null}]");
        assertThat(values(answer)).isEmpty();
        assertThat(answer.vendorNames()).containsOnly(entry("saga", "Saga"), entry("zeta", "Zeta"));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void theVendorsSpellingIsTheVendorName() {
        configure("hyperliquid-l1,hyperliquid l1,hyperliquid,,,,Chain");
        assertThat(chains("[{'name':'Hyperliquid L1','gecko_id':'hyperliquid','tvl':3}]")
                        .vendorNames())
                .containsExactly(entry("hyperliquid-l1", "Hyperliquid L1"));
    }

    @Test
    void aChainIsFoundByItsSlugWhenItsNameDiffers() {
        configure("world-chain,Worldchain,,,,,Chain");
        NormalisedAnswer answer = chains("[{'name':'World Chain','gecko_id':null,'tvl':4}]");
        assertThat(values(answer)).containsExactly(entry("world-chain CHAIN_TVL", 4.0));
    }

    @Test
    void aProtocolIsNoChainByItsGeckoIdAlone() {
        configure("lido,Lido,lido-dao,,,,Liquid Staking");
        NormalisedAnswer answer = chains("[{'name':'Lidonia','gecko_id':'lido-dao','tvl':4}]");
        assertThat(values(answer)).isEmpty();
        assertThat(answer.vendorNames()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"protocol", "stablecoin"})
    void anOverrideAsSomethingElseIsNoChain(String kind) {
        configure("axelar,Axelar,axelar," + kind + ",,,Chain");
        NormalisedAnswer answer = chains("[{'name':'Axelar','gecko_id':'axelar','tvl':4}]");
        assertThat(values(answer)).isEmpty();
        assertThat(answer.vendorNames()).isEmpty();
    }

    @Test
    void theVendorsListMakesAnEntityAChain() {
        configure("fluid,Fluid,fluid,,,,Lending");
        assertThat(chains("[{'name':'Fluid','gecko_id':null,'tvl':4}]").vendorNames())
                .containsExactly(entry("fluid", "Fluid"));
    }

    @Test
    void aTvlOfAChainBelongsToTodayAndIsOpen() {
        configure("bsc,BSC,binancecoin,,,,Chain");
        assertThat(Observed.of(chains("[{'name':'BSC','tvl':5}]").observations()))
                .containsExactly(entry("bsc CHAIN_TVL", new Observed(5, TODAY, true, Granularity.DAY)));
    }

    @Test
    void aTvlThatIsNoNumberIsRejectedAndTheOthersAreKept() {
        configure("bsc,BSC,binancecoin,,,,Chain", "base,Base,,,,,Chain");
        NormalisedAnswer answer = chains("[{'name':'BSC','tvl':{'usd':5}},{'name':'Base','tvl':6},{'tvl':7}]");
        assertThat(values(answer)).containsExactly(entry("base CHAIN_TVL", 6.0));
        assertThat(answer.rejections())
                .extracting(Rejection::reason)
                .containsExactlyInAnyOrder("tvl of chain BSC is no number", "a chain without a name");
    }

    // --- protocols

    @Test
    void aSlugBeatsANameAndANameBeatsAGeckoId() {
        configure("aave-v3,Aave Three,aave,,,,Lending", "felix,Felix,felix-token,,,,CDP", "kinetic,Kinetic,joule,,,,X");
        NormalisedAnswer answer = protocols(
                List.of("aave-v3", "felix", "kinetic"),
                "[{'slug':'x1','name':'Aave Three','gecko_id':'aave','tvl':900},"
                        + "{'slug':'aave-v3','name':'Aave V3','gecko_id':null,'tvl':1},"
                        + "{'slug':'x2','name':'Other','gecko_id':'felix-token','tvl':800},"
                        + "{'slug':'x3','name':'felix','gecko_id':null,'tvl':2},"
                        + "{'slug':'x4','name':'Joule','gecko_id':'joule','tvl':3},"
                        + "{'slug':'x5','name':'Joule V2','gecko_id':'joule','tvl':4}]");
        assertThat(values(answer))
                .containsExactly(entry("aave-v3 TVL", 1.0), entry("felix TVL", 2.0), entry("kinetic TVL", 4.0));
    }

    @Test
    void aFamilyIsTheSumOfItsChildren() {
        configure("aave,Aave,aave,,,,Lending", "sushi,Sushi,,,,,Dexs");
        NormalisedAnswer answer = protocols(
                List.of("aave", "sushi"),
                "[{'slug':'aave-v2','name':'Aave V2','tvl':10,'parentProtocol':'parent#aave','staking':1,"
                        + "'chainTvls':{'borrowed':4}},"
                        + "{'slug':'aave-v3','name':'Aave V3','tvl':20,'parentProtocolSlug':'aave','pool2':0,"
                        + "'parentProtocol':'parent#aave','chainTvls':{'borrowed':5}},"
                        + "{'slug':'aave-arc','name':'Aave Arc','tvl':null,'parentProtocol':'parent#aave',"
                        + "'parentProtocolSlug':null},"
                        + "{'slug':'sushi-furo','name':'Furo','tvl':null,'parentProtocol':'parent#sushi'}]");
        assertThat(values(answer))
                .containsExactly(
                        entry("aave BORROWED", 9.0),
                        entry("aave POOL2", 0.0),
                        entry("aave STAKING", 1.0),
                        entry("aave TVL", 30.0));
    }

    @Test
    void aChildByTheSlugOfAFamilyBeatsTheSum() {
        configure("lido,Lido,lido-dao,,,,Liquid Staking");
        NormalisedAnswer answer = protocols(
                List.of("lido"),
                "[{'slug':'lido-v2','name':'Lido V2','tvl':5,'parentProtocol':'parent#lido'},"
                        + "{'slug':'lido','name':'Lido','tvl':7,'parentProtocol':'parent#lido'}]");
        assertThat(values(answer)).containsExactly(entry("lido TVL", 7.0));
    }

    @Test
    void aGeckoIdSharedWithAnotherConfiguredRowIsNotTaken() {
        configure("usde-savers,USDe Savers,ethena,,,,Yield", "ethena,Ethena,ethena,,,,Basis Trading");
        NormalisedAnswer answer = protocols(
                List.of("usde-savers", "ethena"), "[{'slug':'ethena','name':'Ethena','gecko_id':'ethena','tvl':11}]");
        assertThat(values(answer)).containsExactly(entry("ethena TVL", 11.0));
    }

    @Test
    void aGeckoIdThatTwoEntitiesClaimIsNeithers() {
        configure("ethereal,Ethereal,ethena-usde,,,,Dexs", "ethena-usde,Ethena USDe,ethena-usde,,,,Stablecoin");
        assertThat(values(protocols(
                        List.of("ethereal", "ethena-usde"),
                        "[{'slug':'ethena','name':'Ethena','gecko_id':'ethena-usde','tvl':11}]")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'slug':'x','name':'Felix','tvl':30},{'slug':'y','name':'felix','tvl':4}",
                "{'slug':'y','name':'felix','tvl':4},{'slug':'x','name':'Felix','tvl':30}"
            })
    void ofTwoRowsWithOneNameTheLargerIsTakenInEitherOrder(String rows) {
        configure("felix-cdp,Felix,,,,,CDP");
        assertThat(values(protocols(List.of("felix-cdp"), "[" + rows + "]")))
                .containsExactly(entry("felix-cdp TVL", 30.0));
    }

    @Test
    void anEntityWithoutAGeckoIdIsNotFoundByRowsWithoutOne() {
        configure("felix,Felix,,,,,CDP");
        assertThat(values(protocols(
                        List.of("felix"),
                        "[{'slug':'x','name':'X','gecko_id':null,'tvl':5},{'slug':'y','name':'Y','tvl':6}]")))
                .isEmpty();
    }

    @Test
    void anEntityNamedNoneIsNotTheOneWithoutAGeckoId() {
        configure("none,None,none,,,,CDP", "null,Null,null,,,,CDP");
        assertThat(values(protocols(List.of("none", "null"), "[{'slug':'x','name':'X','gecko_id':null,'tvl':5}]")))
                .isEmpty();
    }

    @Test
    void zerosOfAProtocolAreStoredAndNullsAreAbsent() {
        configure("a,A,,,,,Dexs", "b,B,,,,,Dexs");
        NormalisedAnswer answer = protocols(
                List.of("a", "b"),
                "[{'slug':'a','tvl':0,'staking':0,'pool2':0,'chainTvls':{'borrowed':0}},"
                        + "{'slug':'b','tvl':null,'staking':null,'chainTvls':{'borrowed':null}}]");
        assertThat(values(answer))
                .containsExactly(
                        entry("a BORROWED", 0.0), entry("a POOL2", 0.0), entry("a STAKING", 0.0), entry("a TVL", 0.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void aNegativeTvlIsStored() {
        configure("a,A,,,,,Dexs");
        assertThat(values(protocols(List.of("a"), "[{'slug':'a','tvl':-12.5}]")))
                .containsExactly(entry("a TVL", -12.5));
    }

    @Test
    void aBorrowedAtTheTopIsNotRead() {
        configure("a,A,,,,,Lending");
        NormalisedAnswer answer = protocols(
                List.of("a"), "[{'slug':'a','tvl':1,'borrowed':77,'chainTvls':{'Base-borrowed':5,'borrowed':6}}]");
        assertThat(values(answer)).containsExactly(entry("a BORROWED", 6.0), entry("a TVL", 1.0));
    }

    @Test
    void figuresAreNotMixedFromTwoRowsOfOneGeckoId() {
        configure("a,Alpha,alpha,,,,Lending");
        NormalisedAnswer answer = protocols(
                List.of("a"),
                "[{'slug':'x','gecko_id':'alpha','tvl':9},{'slug':'y','gecko_id':'alpha','tvl':3,'staking':4}]");
        assertThat(values(answer)).containsExactly(entry("a TVL", 9.0));
    }

    @Test
    void onlyTheProtocolsThatWereAskedAreRead() {
        configure("a,A,,,,,Dexs", "bsc,BSC,,,,,Chain");
        assertThat(values(protocols(List.of("a"), "[{'slug':'a','tvl':1},{'slug':'bsc','tvl':2}]")))
                .containsExactly(entry("a TVL", 1.0));
    }

    @Test
    void figuresOfAProtocolBelongToTodayAndAreOpen() {
        configure("a,A,,,,,Dexs");
        assertThat(Observed.of(protocols(List.of("a"), "[{'slug':'a','tvl':1,'pool2':2}]")
                        .observations()))
                .containsExactly(
                        entry("a POOL2", new Observed(2, TODAY, true, Granularity.DAY)),
                        entry("a TVL", new Observed(1, TODAY, true, Granularity.DAY)));
    }

    // --- overviews

    @Test
    void aTotalBelongsToYesterdayAndIsClosed() {
        configure("uni,Uni,,,,,Dexs");
        NormalisedAnswer answer = overview(
                of("DEX_VOLUME_24H"),
                List.of("uni"),
                "{'protocols':[{'slug':'uni','protocolType':'protocol','total24h':5}]}");
        assertThat(Observed.of(answer.observations()))
                .containsExactly(entry("uni DEX_VOLUME_24H", new Observed(5, YESTERDAY, false, Granularity.DAY)));
    }

    @Test
    void aTotalOfZeroIsStoredAndOneOfNullIsAbsent() {
        configure("a,A,,,,,Dexs", "b,B,,,,,Dexs", "c,C,,,,,Dexs");
        NormalisedAnswer answer = overview(
                of("FEES_24H"),
                List.of("a", "b", "c"),
                "{'protocols':[{'slug':'a','total24h':0},{'slug':'b','total24h':null},{'slug':'c'}]}");
        assertThat(values(answer)).containsExactly(entry("a FEES_24H", 0.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void earningsAreTheRevenue() {
        configure("a,A,,,,,Dexs");
        NormalisedAnswer answer =
                overview(of("REVENUE_24H"), List.of("a"), "{'protocols':[{'slug':'a','total24h':-3.5}]}");
        assertThat(values(answer)).containsExactly(entry("a EARNINGS", -3.5), entry("a REVENUE_24H", -3.5));
    }

    @Test
    void aRowOfTypeChainGoesToTheChainAndOneOfTypeProtocolDoesNot() {
        configure("bsc,BSC,binancecoin,,,,Chain", "sei,Sei,,,,,Dexs");
        NormalisedAnswer answer = overview(
                of("FEES_24H"),
                List.of("bsc", "sei"),
                "{'protocols':[{'slug':'bsc','name':'BSC','protocolType':'protocol','total24h':7},"
                        + "{'slug':'bsc','name':'BSC','protocolType':'chain','total24h':5},"
                        + "{'slug':'sei','name':'Sei','protocolType':'chain','total24h':9}]}");
        assertThat(values(answer)).containsExactly(entry("bsc FEES_24H", 5.0));
    }

    @Test
    void aFamilysTotalIsTheSumOfItsChildren() {
        configure("uniswap,Uniswap,uniswap,,,,Dexs", "ghost,Ghost,,,,,Dexs");
        NormalisedAnswer answer = overview(
                of("DEX_VOLUME_24H"),
                List.of("uniswap", "ghost"),
                "{'protocols':[{'slug':'uniswap-v2','parentProtocol':'parent#uniswap','total24h':3},"
                        + "{'slug':'uniswap-v3','parentProtocol':'parent#uniswap','total24h':4},"
                        + "{'slug':'uniswap-v1','parentProtocol':'parent#uniswap','total24h':null},"
                        + "{'slug':'ghost-v1','parentProtocol':'parent#ghost','total24h':null}]}");
        assertThat(values(answer)).containsExactly(entry("uniswap DEX_VOLUME_24H", 7.0));
    }

    @Test
    void theChainsOfAnOverviewAreOffered() {
        configure("a,A,,,,,Dexs");
        assertThat(overview(of("OPTIONS_VOLUME_24H"), List.of("a"), "{'allChains':['BSC','OP Mainnet'],'protocols':[]}")
                        .offered())
                .containsExactlyInAnyOrder("BSC", "OP Mainnet");
    }

    @Test
    void aTotalThatIsNoNumberIsRejectedAndTheOthersAreKept() {
        configure("a,A,,,,,Dexs", "b,B,,,,,Dexs");
        NormalisedAnswer answer = overview(
                of("OPEN_INTEREST"),
                List.of("a", "b"),
                "{'protocols':[{'slug':'a','total24h':'n/a'},{'slug':'b','total24h':6}]}");
        assertThat(values(answer)).containsExactly(entry("b OPEN_INTEREST", 6.0));
        assertThat(answer.rejections()).containsExactly(new Rejection("OPEN_INTEREST of a is no number", "\"n/a\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FEES_24H",
                "DEX_VOLUME_24H",
                "OPTIONS_VOLUME_24H",
                "AGGREGATOR_VOLUME_24H",
                "OPEN_INTEREST",
                "DERIVATIVES_VOLUME_24H"
            })
    void eachOverviewIsStoredUnderItsMetric(String metric) {
        configure("a,A,,,,,Dexs");
        assertThat(values(overview(of(metric), List.of("a"), "{'protocols':[{'slug':'a','total24h':2}]}")))
                .containsExactly(entry("a " + metric, 2.0));
    }

    private static NormalisedAnswer ofOneChain(String json) {
        configure("bsc,BSC,binancecoin,,,,Chain");
        return read(
                request("overview:REVENUE_24H", "BSC")
                        .expects(List.of("bsc"), List.of("CHAIN_REVENUE_24H"))
                        .build(),
                json);
    }

    @Test
    void theOverviewOfOneChainGivesTheTotalOfYesterday() {
        NormalisedAnswer answer =
                ofOneChain("{'total24h':161595.44,'chain':'BSC','protocols':[{'slug':'bsc','total24h':9}]}");
        assertThat(Observed.of(answer.observations()))
                .containsExactly(
                        entry("bsc CHAIN_REVENUE_24H", new Observed(161595.44, YESTERDAY, false, Granularity.DAY)));
    }

    @Test
    void aChainsTotalOfZeroIsStored() {
        assertThat(values(ofOneChain("{'total24h':0}"))).containsExactly(entry("bsc CHAIN_REVENUE_24H", 0.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'total24h':null,'chain':'BSC'}", "{'chain':'BSC'}"})
    void aChainsTotalOfNullIsAbsent(String json) {
        NormalisedAnswer answer = ofOneChain(json);
        assertThat(values(answer)).isEmpty();
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void thePerpsOfAChainGiveTheTotalOfYesterday() {
        configure("bsc,BSC,binancecoin,,,,Chain");
        NormalisedAnswer answer = read(
                request("chain-perps", "BSC")
                        .expects(List.of("bsc"), List.of("CHAIN_PERPS_VOLUME_24H"))
                        .build(),
                "{'total24h':12}");
        assertThat(Observed.of(answer.observations()))
                .containsExactly(
                        entry("bsc CHAIN_PERPS_VOLUME_24H", new Observed(12, YESTERDAY, false, Granularity.DAY)));
    }

    // --- stablecoins

    private static NormalisedAnswer stablecoins(String assets) {
        return read(request("stablecoins", "").build(), "{'peggedAssets':[" + assets + "]}");
    }

    @Test
    void aEuroCoinsSupplyStandsUnderItsPegAndIsInDollars() {
        configure("celo-euro,Celo Euro,celo-euro,stablecoin,52,,Stablecoin");
        NormalisedAnswer answer = stablecoins(
                "{'id':'52','symbol':'CEUR','pegType':'peggedEUR','circulating':{'peggedEUR':4555140.5},'price':1.057}");
        assertThat(Observed.of(answer.observations()))
                .containsExactly(
                        entry("celo-euro STABLECOIN_PRICE", new Observed(1.057, TODAY, true, Granularity.DAY)),
                        entry("celo-euro STABLECOIN_SUPPLY", new Observed(4555140.5, TODAY, true, Granularity.DAY)));
    }

    @Test
    void aPriceInQuotesIsANumber() {
        configure("x,X,,stablecoin,7,,Stablecoin");
        NormalisedAnswer answer = stablecoins("{'id':'7','pegType':'peggedUSD','circulating':{},'price':'0.9987'}");
        assertThat(values(answer)).containsExactly(entry("x STABLECOIN_PRICE", 0.9987));
        assertThat(answer.rejections()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"null", "''"})
    void aPriceOfNullIsAbsentAndTheSupplyIsKept(String price) {
        configure("x,X,,stablecoin,7,,Stablecoin");
        String json = price.isEmpty() ? "''" : price;
        NormalisedAnswer answer =
                stablecoins("{'id':'7','pegType':'peggedUSD','circulating':{'peggedUSD':5},'price':" + json + "}");
        assertThat(values(answer)).containsExactly(entry("x STABLECOIN_SUPPLY", 5.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void aSupplyOfZeroIsStored() {
        configure("x,X,,stablecoin,7,,Stablecoin");
        assertThat(values(stablecoins("{'id':'7','pegType':'peggedUSD','circulating':{'peggedUSD':0},'price':0}")))
                .containsExactly(entry("x STABLECOIN_PRICE", 0.0), entry("x STABLECOIN_SUPPLY", 0.0));
    }

    @Test
    void coinsWithOneSymbolAreToldApartByTheirId() {
        configure("sky-dollar,Sky Dollar,usds,stablecoin,209,,Stablecoin", "usds,USDS,usds,stablecoin,149,,Stablecoin");
        NormalisedAnswer answer = stablecoins(
                "{'id':'32','name':'USDS','symbol':'USDS','gecko_id':'usds','pegType':'peggedUSD','circulating':{'peggedUSD':1},'price':1},"
                        + "{'id':'149','symbol':'USDS','gecko_id':'usds','pegType':'peggedUSD','circulating':{'peggedUSD':2},'price':2},"
                        + "{'id':'209','symbol':'USDS','gecko_id':'usds','pegType':'peggedUSD','circulating':{'peggedUSD':3},'price':3}");
        assertThat(values(answer))
                .containsExactly(
                        entry("sky-dollar STABLECOIN_PRICE", 3.0),
                        entry("sky-dollar STABLECOIN_SUPPLY", 3.0),
                        entry("usds STABLECOIN_PRICE", 2.0),
                        entry("usds STABLECOIN_SUPPLY", 2.0));
    }

    @Test
    void aCoinWhoseIdIsNotListedHasNoValue() {
        configure("usds,USDS,usds,stablecoin,999,,Stablecoin", "dai,Dai,dai,stablecoin,,,Stablecoin");
        assertThat(values(stablecoins(
                        "{'id':'32','name':'USDS','symbol':'USDS','gecko_id':'usds','pegType':'peggedUSD','price':1},"
                                + "{'name':'Dai','gecko_id':'dai','pegType':'peggedUSD','price':1}")))
                .isEmpty();
    }

    // --- bridges and inflows

    @Test
    void bridgesAreFoundByTheirDisplayNameOrSlug() {
        configure("cbridge,cBridge,celer,,,Celer cBridge,Bridge", "wormhole,Wormhole,,,,portal,Bridge");
        NormalisedAnswer answer = read(
                request("bridges", "").build(),
                "{'bridges':[{'id':10,'name':'celer','displayName':'Celer cBridge','lastDailyVolume':1,"
                        + "'last24hVolume':100,'weeklyVolume':0,'monthlyVolume':null},"
                        + "{'id':77,'name':'wh','displayName':'Wormhole Portal','slug':'portal','lastDailyVolume':2,"
                        + "'weeklyVolume':3,'monthlyVolume':4}]}");
        assertThat(Observed.of(answer.observations()))
                .containsOnly(
                        entry("cbridge BRIDGE_VOLUME_24H", new Observed(1, YESTERDAY, false, Granularity.DAY)),
                        entry("cbridge BRIDGE_VOLUME_7D", new Observed(0, YESTERDAY, false, Granularity.DAY)),
                        entry("wormhole BRIDGE_VOLUME_24H", new Observed(2, YESTERDAY, false, Granularity.DAY)),
                        entry("wormhole BRIDGE_VOLUME_7D", new Observed(3, YESTERDAY, false, Granularity.DAY)),
                        entry("wormhole BRIDGE_VOLUME_30D", new Observed(4, YESTERDAY, false, Granularity.DAY)));
    }

    @Test
    void aSlugBeatsAnotherBridgesNameAndOfTwoAlikeTheLargerCounts() {
        configure("wormhole,Wormhole,,,,portal,Bridge", "hop,Hop,,,,Hop,Bridge");
        NormalisedAnswer answer = read(
                request("bridges", "").build(),
                "{'bridges':[{'id':1,'name':'portal','displayName':'Portal Gateway','lastDailyVolume':900},"
                        + "{'id':77,'name':'wh','displayName':'Wormhole','slug':'portal','lastDailyVolume':45},"
                        + "{'id':13,'name':'hop','displayName':'Hop','lastDailyVolume':5},"
                        + "{'id':14,'name':'hop','displayName':'Hop','lastDailyVolume':0}]}");
        assertThat(values(answer))
                .containsExactly(entry("hop BRIDGE_VOLUME_24H", 5.0), entry("wormhole BRIDGE_VOLUME_24H", 45.0));
    }

    private static NormalisedAnswer inflows(String json) {
        configure("aave-v3,Aave V3,,,,,Lending");
        return read(
                request("inflows", "aave-v3")
                        .expects(List.of("aave-v3"), List.of("INFLOW", "OUTFLOW"))
                        .build(),
                json);
    }

    @ParameterizedTest
    @CsvSource({"160.5, 160.5, 0", "-160.5, 0, 160.5", "0, 0, 0"})
    void aPositiveNetChangeIsAnInflow(double net, double in, double out) {
        assertThat(Observed.of(inflows("{'outflows':" + net + "}").observations()))
                .containsOnly(
                        entry("aave-v3 INFLOW", new Observed(in, YESTERDAY, false, Granularity.DAY)),
                        entry("aave-v3 OUTFLOW", new Observed(out, YESTERDAY, false, Granularity.DAY)));
    }

    @Test
    void aMissingNetChangeIsAbsent() {
        assertThat(values(inflows("{'outflows':null}"))).isEmpty();
    }

    // --- answers of the wrong shape

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "chains|{}",
                "chains|'Internal Error'",
                "chains|null",
                "chains|7",
                "protocols|{'message':'x'}",
                "protocols|null",
                "overview:FEES_24H|[]",
                "overview:FEES_24H|{}",
                "overview:FEES_24H|{'protocols':{}}",
                "overview:FEES_24H|null",
                "stablecoins|[]",
                "stablecoins|{'chains':[]}",
                "bridges|[]",
                "perp-markets|[]",
                "perp-markets|{'status':'error'}",
                "bridges|{'error':'Bad Request'}",
                "chain-perps|[]",
                "chain-perps|null",
                "chain-perps|{}",
                "inflows|'No data'",
                "inflows|35.5",
                "inflows|{'inflows':5}",
                "inflows|{'error':'Gateway Timeout'}"
            })
    void anAnswerOfAnotherShapeIsAFailure(String kind, String json) {
        configure("a,A,,,,,Dexs");
        VendorRequest request = request(kind, kind.startsWith("overview") ? "" : "a")
                .expects(List.of("a"), List.of("TVL"))
                .build();
        assertThatThrownBy(() -> read(request, json)).isInstanceOf(VendorFailure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "'Internal server error'", "5", "{}", "{'message':'Internal server error'}"})
    void anOverviewOfOneChainOfAnotherShapeIsAFailure(String json) {
        assertThatThrownBy(() -> ofOneChain(json)).isInstanceOf(VendorFailure.class);
    }

    @Test
    void emptyListsAreAnswersWithoutValues() {
        configure("a,A,,,1,A,Dexs");
        assertThat(values(chains("[]"))).isEmpty();
        assertThat(values(protocols(List.of("a"), "[]"))).isEmpty();
        assertThat(values(stablecoins(""))).isEmpty();
        assertThat(values(read(request("bridges", "").build(), "{'bridges':[]}")))
                .isEmpty();
        assertThat(values(overview(of("FEES_24H"), List.of("a"), "{'protocols':[]}")))
                .isEmpty();
    }

    @Test
    void theDayIsTheUtcDayOfThePull() throws IOException {
        configure("bsc,BSC,,,,,Chain");
        VendorRequest request = request("chains", "").build();
        NormalisedAnswer lastSecond = normaliser.normalise(
                request,
                new ObjectMapper().readTree("[{\"name\":\"BSC\",\"tvl\":5}]"),
                Instant.parse("2026-03-29T23:59:59.999Z"));
        assertThat(Observed.of(lastSecond.observations()).get("bsc CHAIN_TVL").at())
                .isEqualTo(Instant.parse("2026-03-29T00:00:00Z"));
    }
}
