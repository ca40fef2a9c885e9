package dev.caravan.source.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the lines of a table make of an answer: every line goes through planner and data format, as in a pull. */
final class TableNormaliserTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:34:56Z");

    @TempDir
    Path folder;

    private TestHome home;

    @BeforeEach
    void copy() {
        home = TestHome.copyTo(folder);
    }

    /** Reads an answer by lines of {@code asset,metric,exchange,granularity,rows,where,time,value}. */
    private NormalisedAnswer read(String answer, String... lines) {
        List<String> table = new ArrayList<>();
        table.add("path,asset,metric,exchange,granularity,rows,where,time,value");
        for (String line : lines) {
            table.add("/x," + line);
        }
        home.write("config/sources/some.csv", table.toArray(String[]::new));
        List<VendorRequest> requests = new TablePlanner(Settings.load(home.path(), Map.of(), Map.of(), false))
                .requests("some", "https://api.example.com", NOW);
        assertThat(requests).hasSize(1);
        byte[] body = answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        try {
            return new TableNormaliser()
                    .normalise(
                            requests.get(0),
                            new ProjectedJson()
                                    .read(
                                            new ByteArrayInputStream(body),
                                            requests.get(0).fields()),
                            NOW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each observation as {@code asset metric[@exchange] granularity time value[ open]}. */
    private static List<String> observations(NormalisedAnswer answer) {
        ObservationBatch batch = answer.observations();
        return IntStream.range(0, batch.size())
                .mapToObj(i -> batch.key(i).asset() + " " + batch.key(i).metric()
                        + (batch.key(i).exchange().isEmpty()
                                ? ""
                                : "@" + batch.key(i).exchange())
                        + " " + batch.key(i).granularity().label() + " "
                        + Instant.ofEpochSecond(batch.epochSecond(i)) + " " + batch.value(i)
                        + (batch.open(i) ? " open" : ""))
                .toList();
    }

    private static List<String> reasons(NormalisedAnswer answer) {
        return answer.rejections().stream().map(Rejection::reason).toList();
    }

    @Test
    void rowsOfAnArrayGoIntoTheirDaysAndTodayIsOpen() {
        NormalisedAnswer answer = read(
                "{'status':'ok','values':[{'x':1768262400,'y':1.5},{'x':1768348800,'y':0},{'x':1768435200,'y':2.5E9}]}",
                "bitcoin,HASH_RATE,,,/values,,/x,/y");
        assertThat(observations(answer))
                .containsExactly(
                        "bitcoin HASH_RATE day 2026-01-13T00:00:00Z 1.5",
                        "bitcoin HASH_RATE day 2026-01-14T00:00:00Z 0.0",
                        "bitcoin HASH_RATE day 2026-01-15T00:00:00Z 2.5E9 open");
        assertThat(answer.rejections()).isEmpty();
        assertThat(answer.observations().key(0).source()).isEqualTo("some");
        assertThat(answer.observations().key(0).product()).isEmpty();
    }

    @Test
    void hoursHaveTheirOwnBucketsAndTheOneUnderWayIsOpen() {
        assertThat(observations(
                        read("[['2026-01-15T11:59:59Z',1],['2026-01-15T12:30:00Z',2]]", "bitcoin,OI,okx,hour,,,/0,/1")))
                .containsExactly(
                        "bitcoin OI@okx hour 2026-01-15T11:00:00Z 1.0",
                        "bitcoin OI@okx hour 2026-01-15T12:00:00Z 2.0 open");
    }

    @Test
    void theBucketIsOpenUpToTheLastMomentOfIt() {
        assertThat(observations(read("[{'t':'2026-01-14T23:59:59Z','v':1}]", "a,X,,,,,/t,/v")))
                .containsExactly("a X day 2026-01-14T00:00:00Z 1.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'t':'2026-01-14T01:00:00Z','v':1},{'t':'2026-01-14T23:00:00Z','v':2}]",
                "[{'t':'2026-01-14T23:00:00Z','v':2},{'t':'2026-01-14T01:00:00Z','v':1}]",
                "[{'t':'2026-01-14T23:00:00Z','v':7},{'t':'2026-01-14T01:00:00Z','v':1},{'t':'2026-01-14T23:00:00Z','v':2}]",
                "[{'t':'2026-01-14T22:00:00Z','v':2},{'t':'2026-01-14T23:00:00Z','v':null}]"
            })
    void ofTwoPointsOfABucketTheLaterByTimeWins(String answer) {
        assertThat(observations(read(answer, "a,X,,,,,/t,/v"))).containsExactly("a X day 2026-01-14T00:00:00Z 2.0");
    }

    @Test
    void membersOfAnObjectAreRowsAndTheirNamesMayBeTheTimes() {
        assertThat(observations(read("{'data':{'2026-01-13':5,'2026-01-14':{'v':1}}}", "a,X,,,/data,,@name,")))
                .containsExactly("a X day 2026-01-13T00:00:00Z 5.0");
        assertThat(observations(read("{'1768262400':{'v':5},'1768348800':{'v':'6.5'}}", "a,X,,,,,@name,/v")))
                .containsExactly("a X day 2026-01-13T00:00:00Z 5.0", "a X day 2026-01-14T00:00:00Z 6.5");
        assertThat(observations(read(
                        "{'data':{'one':{'t':'2026-01-13','v':5},'two':{'t':'2026-01-14','v':6}}}",
                        "a,X,,,/data,,/t,/v")))
                .containsExactly("a X day 2026-01-13T00:00:00Z 5.0", "a X day 2026-01-14T00:00:00Z 6.0");
    }

    @Test
    void rowsOfOtherAssetsAreLeftToTheirOwnLines() {
        NormalisedAnswer answer = read(
                "[{'id':'bitcoin','n':1,'p':70000},{'id':'ethereum','n':2,'p':'3000.5'},{'id':'other','p':'junk'},{'p':9}]",
                "bitcoin,PRICE,,hour,,/id=bitcoin,,/p",
                "ethereum,PRICE,,hour,,/n=2,,/p",
                "gone,PRICE,,hour,,/id=gone,,/p");
        assertThat(observations(answer))
                .containsExactly(
                        "bitcoin PRICE hour 2026-01-15T12:00:00Z 70000.0 open",
                        "ethereum PRICE hour 2026-01-15T12:00:00Z 3000.5 open");
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void membersAreToldApartByTheirNames() {
        assertThat(observations(read(
                        "{'bitcoin':{'usd':70000},'ethereum':{'usd':0}}",
                        "btc,PRICE,,hour,,@name=bitcoin,,/usd",
                        "eth,PRICE,,hour,,@name=ethereum,,/usd")))
                .containsExactly(
                        "btc PRICE hour 2026-01-15T12:00:00Z 70000.0 open",
                        "eth PRICE hour 2026-01-15T12:00:00Z 0.0 open");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{'data':{'price':7.5}}|/data/price", "7.5|", "'7.5'|", "[{'price':'7.5'}]|/price", "[7.5]|"})
    void aLevelWithoutATimeIsOfTheMomentOfThePull(String answer, String value) {
        assertThat(observations(read(answer, "a,LEVEL,,,,,," + (value == null ? "" : value))))
                .containsExactly("a LEVEL day 2026-01-15T00:00:00Z 7.5 open");
    }

    @Test
    void severalRowsWithoutATimeAreNoLevel() {
        NormalisedAnswer answer = read("[{'id':'a','p':1},{'id':'b','p':2}]", "a,PRICE,,,,,,/p");
        assertThat(observations(answer)).isEmpty();
        assertThat(reasons(answer))
                .containsExactly("2 rows without a time answer to PRICE of a: its line needs a condition under where,"
                        + " or a time");
        assertThat(observations(read("[{'id':'a','p':1},{'id':'b','p':null}]", "a,PRICE,,,,,,/p")))
                .containsExactly("a PRICE day 2026-01-15T00:00:00Z 1.0 open");
    }

    @Test
    void nullAbsentAndEmptyAreNothingAndZeroIsZero() {
        NormalisedAnswer answer = read(
                "[{'t':'2026-01-10','v':0},{'t':'2026-01-11','v':null},{'t':'2026-01-12'},{'t':'2026-01-13','v':''},"
                        + "{'t':'2026-01-14','v':'0'},{'v':null},null]",
                "a,X,,,,,/t,/v");
        assertThat(observations(answer))
                .containsExactly("a X day 2026-01-10T00:00:00Z 0.0", "a X day 2026-01-14T00:00:00Z 0.0");
        assertThat(answer.rejections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'n/a'", "true", "{}", "[1]", "'NaN'", "1e999"})
    void whatIsNoNumberGoesToTheQuarantineAndTheRestIsRead(String value) {
        NormalisedAnswer answer =
                read("[{'t':'2026-01-13','v':" + value + "},{'t':'2026-01-14','v':2}]", "a,X,,,,,/t,/v");
        assertThat(observations(answer)).containsExactly("a X day 2026-01-14T00:00:00Z 2.0");
        assertThat(reasons(answer)).containsExactly("X of a is no number");
    }

    @Test
    void aTimeThatCannotBeReadGoesToTheQuarantineAndTheRestIsRead() {
        NormalisedAnswer answer =
                read("[{'t':'soon','v':1},{'v':2},{'t':null,'v':3},{'t':'2026-01-14','v':4}]", "a,X,okx,,,,/t,/v");
        assertThat(observations(answer)).containsExactly("a X@okx day 2026-01-14T00:00:00Z 4.0");
        assertThat(answer.rejections())
                .hasSize(3)
                .contains(new Rejection("the time of X of a at okx cannot be read", "{\"t\":\"soon\",\"v\":1}"));
    }

    @Test
    void olderDaysThanAskedForAreTrueAndDaysAheadAreNot() {
        NormalisedAnswer answer = read(
                "[{'t':'2020-02-29','v':1},{'t':'2026-01-16T12:34:56Z','v':2},{'t':'2026-01-16T12:34:57Z','v':3},"
                        + "{'t':'2027-01-01','v':4}]",
                "a,X,,,,,/t,/v");
        assertThat(observations(answer))
                .containsExactly("a X day 2020-02-29T00:00:00Z 1.0", "a X day 2026-01-16T00:00:00Z 2.0 open");
        assertThat(reasons(answer)).hasSize(2).containsOnly("the time of X of a lies more than a day ahead");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'status':'ok'}|/values|there should be an array or object at /values",
                "{'values':null}|/values|there should be an array or object at /values",
                "{'values':'later'}|/values|there should be an array or object at /values",
                "{'values':5}|/values|there should be an array or object at /values",
                "{'error':'no such coin'}|/values|no such coin",
                "'temporarily unavailable'|``|the answer should be an array, object or number",
                "null|``|the answer should be an array, object or number"
            })
    void anAnswerOfAnotherShapeIsAFailureThatMayHeal(String answer, String rows, String reason) {
        assertThatThrownBy(() -> read(answer, "a,X,,," + rows + ",,/t,/v"))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining(reason)
                .satisfies(failure ->
                        assertThat(((TransientFailure) failure).fragment()).isPresent());
    }

    @Test
    void namesAreLookedForInObjectsOnly() {
        assertThatThrownBy(() -> read("[1,2]", "a,X,,,,,@name,"))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("the answer should be an object");
    }

    @Test
    void oneSeriesWithoutRowsLeavesTheOthersGood() {
        NormalisedAnswer answer = read(
                "{'btc':[{'t':'2026-01-14','v':1}],'eth':'delisted'}",
                "btc,X,,,/btc,,/t,/v",
                "eth,X,,,/eth,,/t,/v",
                "ltc,X,,,/ltc,,/t,/v");
        assertThat(observations(answer)).containsExactly("btc X day 2026-01-14T00:00:00Z 1.0");
        assertThat(reasons(answer))
                .containsExactly(
                        "no rows for X of eth: there should be an array or object at /eth",
                        "no rows for X of ltc: there should be an array or object at /ltc");
    }

    @Test
    void anAnswerWithoutRowsIsAnAnswerWithoutData() {
        NormalisedAnswer answer = read("{'values':[]}", "a,X,,,/values,,/x,/y");
        assertThat(observations(answer)).isEmpty();
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void theQuarantineOfASeriesIsBounded() {
        String rows = IntStream.range(0, 1_000)
                .mapToObj(i -> "{'t':'never','v':" + i + "}")
                .collect(Collectors.joining(","));
        NormalisedAnswer answer = read("[" + rows + "]", "a,X,,,,,/t,/v");
        assertThat(answer.rejections()).hasSize(SeriesReading.MOST_REJECTIONS + 1);
        assertThat(reasons(answer)).endsWith("980 more rows of X of a as the ones before");
    }

    @Test
    void anEditOfTheTableWhileAPullRunsChangesNothingOfIt() throws IOException {
        home.write("config/sources/some.csv", "asset,metric,path,time,value", "a,X,/x,/t,/v");
        VendorRequest request = new TablePlanner(Settings.load(home.path(), Map.of(), Map.of(), false))
                .requests("some", "https://api.example.com", NOW)
                .get(0);
        home.write("config/sources/some.csv", "asset,metric,path,time,value", "b,Y,/x,/time,/value");
        NormalisedAnswer answer = new TableNormaliser()
                .normalise(request, new ObjectMapper().readTree("[{\"t\":\"2026-01-14\",\"v\":1}]"), NOW);
        assertThat(observations(answer)).containsExactly("a X day 2026-01-14T00:00:00Z 1.0");
    }
}
