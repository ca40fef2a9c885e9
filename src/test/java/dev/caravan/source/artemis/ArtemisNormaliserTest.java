package dev.caravan.source.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Observed;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Artemis' time series are taken to say. */
final class ArtemisNormaliserTest {
    private static final Instant NOW = Instant.parse("2026-01-26T12:34:56Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path RECORDINGS = Path.of(System.getProperty(
            "caravan.recordings",
            TestHome.project().resolve("../shared/recordings").toString()));

    private static NormalisedAnswer read(String json, List<String> symbols, List<String> metrics) {
        VendorRequest request = VendorRequest.get("artemis", "http://127.0.0.1", "/data/api/FEES/")
                .answer(ArtemisPlanner.SERIES, "FEES")
                .expects(symbols, metrics)
                .build();
        try {
            JsonNode answer = JSON.readTree(json.replace('\'', '"'));
            return new ArtemisNormaliser().normalise(request, answer, NOW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NormalisedAnswer symbols(String json) {
        return read("{'data':{'symbols':" + json + "}}", List.of("btc", "acx", "M", "usd*"), List.of("FEES"));
    }

    private static NormalisedAnswer series(String json) {
        return symbols("{'btc':{'FEES':" + json + "}}");
    }

    /** The values by asset, metric and day. */
    private static Map<String, Double> values(NormalisedAnswer answer) {
        ObservationBatch batch = answer.observations();
        Map<String, Double> values = new TreeMap<>();
        for (int i = 0; i < batch.size(); i++) {
            String day = Instant.ofEpochSecond(batch.epochSecond(i)).toString().replace("T00:00:00Z", "");
            values.put(batch.key(i).asset() + " " + batch.key(i).metric() + " " + day, batch.value(i));
        }
        return values;
    }

    private static void assertNothing(NormalisedAnswer answer) {
        assertThat(values(answer)).isEmpty();
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void eachValueKeepsTheVendorsDay() {
        NormalisedAnswer answer =
                series("[{'date':'2026-01-25','val':86543.21},{'date':'2026-01-24','val':1885566.5592120884}]");
        assertThat(values(answer))
                .containsOnly(entry("btc FEES 2026-01-24", 1885566.5592120884), entry("btc FEES 2026-01-25", 86543.21));
        assertThat(answer.rejections()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2026-01-26, true", "2026-01-25, false", "2026-01-20, false"})
    void onlyTheDayOfThePullIsOpen(String day, boolean open) {
        assertThat(Observed.of(series("[{'date':'" + day + "','val':5}]").observations()))
                .containsOnly(
                        entry("btc FEES", new Observed(5, Instant.parse(day + "T00:00:00Z"), open, Granularity.DAY)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'val':0", "'val':0.0", "'value':0", "'val':null,'value':0", "'val':'0'", "'val':0,'value':7"})
    void zeroIsAValue(String zero) {
        NormalisedAnswer answer = series("[{'date':'2026-01-25'," + zero + "}]");
        assertThat(values(answer)).containsOnly(entry("btc FEES 2026-01-25", 0.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'\"val\":\"12.5\"', 12.5", "'\"value\":-3', -3", "'\"val\":1e-08', 0.00000001", "'\"val\":\" 7 \"', 7"
    })
    void aValueMayBeANumeralAndStandUnderValue(String field, double expected) {
        assertThat(values(series("[{'date':'2026-01-25'," + field + "}]")))
                .containsOnly(entry("btc FEES 2026-01-25", expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "''",
                "'Metric not found.'",
                "'Metric not available for asset.'",
                "'metric not available for asset'",
                "'Market data not available for asset.'",
                "'Latest data not available for this asset.'",
                "[null]",
                "[{'date':'2026-01-25','val':null}]",
                "[{'date':'2026-01-25'}]",
                "[{'date':'2026-01-25','val':''}]",
                "[{'date':'2026-01-25','val':'Metric not available for asset.'}]",
                "[{}]"
            })
    void allWaysToSayNothingOfAMetricGiveNothing(String nothing) {
        assertNothing(series(nothing));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[]",
                "'Market data not available for asset.'",
                "{'btc':null}",
                "{'btc':{}}",
                "{'btc':[]}",
                "{'btc':'Market data not available for asset.'}"
            })
    void allWaysToSayNothingOfAnAssetGiveNothing(String nothing) {
        assertNothing(symbols(nothing));
    }

    @Test
    void oneAssetsNothingIsNotAnothers() {
        NormalisedAnswer answer = symbols("{'acx':{'FEES':'Metric not available for asset.'},"
                + "'btc':{'FEES':[{'date':'2026-01-24','val':null},{'date':'2026-01-25','val':1}]}}");
        assertThat(values(answer)).containsOnly(entry("btc FEES 2026-01-25", 1.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void anUnknownTextIsNoDataAndIsNoted() {
        NormalisedAnswer answer = series("'Metric withdrawn.'");
        assertThat(values(answer)).isEmpty();
        assertThat(answer.rejections())
                .containsExactly(new Rejection("an unknown text in place of FEES of btc", "\"Metric withdrawn.\""));
        assertThat(symbols("'12'").rejections()).hasSize(1);
        assertThat(symbols("{'btc':'Gone.'}").rejections()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "0", "true", "{'date':'2026-01-25','val':5}"})
    void aValueWithoutADayIsRejected(String bare) {
        NormalisedAnswer answer = series(bare);
        assertThat(values(answer)).isEmpty();
        assertThat(answer.rejections()).extracting(Rejection::reason).containsExactly("FEES of btc is no list of days");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'val':6}",
                "{'date':'yesterday','val':6}",
                "{'date':'2026-02-30','val':6}",
                "{'date':'2026-01-27','val':6}",
                "{'date':1769299200,'val':6}",
                "{'date':'2026-01-25','val':'NaN'}",
                "{'date':'2026-01-25','val':'new text'}",
                "{'date':'2026-01-25','val':{}}",
                "{'date':'2026-01-25','val':true}",
                "6",
                "['2026-01-25',6]"
            })
    void aRowThatCannotBeReadIsRejectedAndTheOthersAreKept(String row) {
        NormalisedAnswer answer = series("[" + row + ",{'date':'2026-01-24','val':5}]");
        assertThat(values(answer)).containsOnly(entry("btc FEES 2026-01-24", 5.0));
        assertThat(answer.rejections()).singleElement().satisfies(rejection -> assertThat(rejection.reason())
                .contains("FEES of btc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'timestamp':'2026-01-25'",
                "'timestamp':'2026-01-25T00:00:00Z'",
                "'date':'2026-01-25T00:00:00.000+00:00'",
                "'date':'2026-01-24T23:00:00-05:00'",
                "'date':null,'timestamp':'2026-01-25'"
            })
    void theDayMayStandUnderTimestampAndIsOneOfUtc(String date) {
        assertThat(values(series("[{" + date + ",'val':5}]"))).containsOnly(entry("btc FEES 2026-01-25", 5.0));
    }

    @Test
    void namesAreComparedWithoutRegardToCaseAndStoredAsConfigured() {
        String row = "{'fees':[{'date':'2026-01-25','val':5}]}";
        assertThat(values(symbols("{'BTC':" + row + ",'m':" + row + ",'usd*':" + row + "}")))
                .containsOnlyKeys("btc FEES 2026-01-25", "M FEES 2026-01-25", "usd* FEES 2026-01-25");
    }

    @Test
    void ofTwoSymbolsThatDifferInCaseOnlyEachGetsItsOwn() {
        NormalisedAnswer answer = read(
                "{'data':{'symbols':{'M':{'FEES':[{'date':'2026-01-25','val':1}]},"
                        + "'m':{'FEES':[{'date':'2026-01-25','val':2}]}}}}",
                List.of("m", "M"),
                List.of("FEES"));
        assertThat(values(answer)).containsOnly(entry("M FEES 2026-01-25", 1.0), entry("m FEES 2026-01-25", 2.0));
    }

    @Test
    void whatWasNotAskedForIsRejected() {
        NormalisedAnswer answer = symbols("{'doge':{'FEES':[{'date':'2026-01-25','val':1}]},"
                + "'btc':{'PRICE':[{'date':'2026-01-25','val':2}]},'acx':7}");
        assertThat(values(answer)).isEmpty();
        assertThat(answer.rejections())
                .extracting(Rejection::reason)
                .containsExactlyInAnyOrder(
                        "a symbol that was not asked for: doge",
                        "a metric of btc that was not asked for: PRICE",
                        "the metrics of acx are no object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "'x'",
                "null",
                "{}",
                "{'error':'x'}",
                "{'data':null}",
                "{'data':{}}",
                "{'data':'Metric not found.'}",
                "{'data':{'artemis_ids':{}}}",
                "{'data':{'symbols':5}}",
                "{'data':{'symbols':[1]}}"
            })
    void anAnswerOfAnotherShapeIsAFailure(String json) {
        assertThatThrownBy(() -> read(json, List.of("btc"), List.of("FEES"))).isInstanceOf(VendorFailure.class);
    }

    @Test
    void theDocumentationExampleIsRead() throws IOException {
        Path file = RECORDINGS.resolve("artemis/equity_valuation_eq-nvda_documentation_example.json");
        assumeTrue(Files.exists(file), "not checked: there is no " + file);
        NormalisedAnswer answer = read(
                Files.readString(file),
                List.of("eq-nvda"),
                List.of(
                        "ENTERPRISE_VALUE_DIVIDE_TOTAL_REVENUE",
                        "ENTERPRISE_VALUE_DIVIDE_NET_INCOME",
                        "ENTERPRISE_VALUE_DIVIDE_EBITDA",
                        "EARNINGS_YIELD"));
        assertThat(values(answer))
                .hasSize(8)
                .containsEntry("eq-nvda ENTERPRISE_VALUE_DIVIDE_TOTAL_REVENUE 2024-09-30", 26.38)
                .containsEntry("eq-nvda EARNINGS_YIELD 2024-10-01", 2.13);
        assertThat(answer.rejections()).isEmpty();
    }
}
