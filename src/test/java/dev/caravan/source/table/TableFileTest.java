package dev.caravan.source.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.ingest.Granularity;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Secrets;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a table may say, and how a mistake in it is told: by file, line and column. */
final class TableFileTest {
    private static final String HEADINGS = "asset,metric,exchange,granularity,path,query,rows,where,time,value,note";

    @TempDir
    Path folder;

    private Path file(String... lines) {
        try {
            return Files.write(folder.resolve("some.csv"), List.of(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<TableSeries> read(String... lines) {
        return TableFile.read(file(lines));
    }

    private void isRefused(String row, String... parts) {
        assertThatThrownBy(() -> read(HEADINGS, "good,PRICE,,,/good,,,,,,", row))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("some.csv, line 3: ")
                .satisfies(failure -> assertThat(failure.getMessage()).contains(parts));
    }

    @Test
    void aWholeLineIsRead() {
        assertThat(read(
                        HEADINGS,
                        "bitcoin,OPEN_INTEREST,okx,hour,/v1/oi/{from},a=%20b&key={key},/data,/id=btc,@name,/v/0,note"))
                .singleElement()
                .satisfies(series -> {
                    assertThat(series.asset()).isEqualTo("bitcoin");
                    assertThat(series.metric()).isEqualTo("OPEN_INTEREST");
                    assertThat(series.exchange()).isEqualTo("okx");
                    assertThat(series.granularity()).isEqualTo(Granularity.HOUR);
                    assertThat(series.path()).isEqualTo("/v1/oi/{from}");
                    assertThat(series.query()).isEqualTo("a=%20b&key={key}");
                    assertThat(series.rows()).isEqualTo(new AnswerRows(RowPart.pointer("/data"), true));
                    assertThat(series.where()).isEqualTo(new RowFilter(RowPart.of("/id"), "btc"));
                    assertThat(series.time().isName()).isTrue();
                    assertThat(series.value()).isEqualTo(RowPart.pointer("/v/0"));
                });
    }

    @Test
    void columnsThatAreNotNeededMayBeLeftOutAndDaysAreTheDefault() {
        assertThat(read("metric,path,asset", "PRICE,/price,bitcoin"))
                .singleElement()
                .satisfies(series -> {
                    assertThat(series.granularity()).isEqualTo(Granularity.DAY);
                    assertThat(series.exchange()).isEmpty();
                    assertThat(series.query()).isEmpty();
                    assertThat(series.time()).isNull();
                    assertThat(series.rows()).isEqualTo(new AnswerRows(RowPart.pointer(""), false));
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ",PRICE,,,/x,,,,,,|column asset|missing",
                "bit\u0007coin,PRICE,,,/x,,,,,,|column asset|control characters",
                "bitcoin,,,,/x,,,,,,|column metric|missing",
                "bitcoin,price,,,/x,,,,,,|column metric|capital letters",
                "bitcoin,PRICE,o\u0001x,,/x,,,,,,|column exchange|control characters",
                "bitcoin,PRICE,,week,/x,,,,,,|column granularity|'week' is neither day nor hour",
                "bitcoin,PRICE,,,,,,,,,|column path|missing",
                "bitcoin,PRICE,,,x,,,,,,|column path|slash",
                "bitcoin,PRICE,,,/x?y=1,,,,,,|column path|'?'",
                "bitcoin,PRICE,,,/a b,,,,,,|column path|percent-encoded",
                "bitcoin,PRICE,,,/{start},,,,,,|column path|{start} is unknown; there are {days}, {from}",
                "bitcoin,PRICE,,,/x,a={from,,,,,|column query|'{'",
                "bitcoin,PRICE,,,/x,a=%2,,,,,|column query|'%'",
                "bitcoin,PRICE,,,/x,a=é,,,,,|column query|'é'",
                "bitcoin,PRICE,,,/x,,data,,,,|column rows|'data' is no JSON pointer",
                "bitcoin,PRICE,,,/x,,/a~b,,,,|column rows|tilde",
                "bitcoin,PRICE,,,/x,,,id=bitcoin,,,|column where|slash",
                "bitcoin,PRICE,,,/x,,,/id,,,|column where|condition",
                "bitcoin,PRICE,,,/x,,,/id=,,,|column where|condition",
                "bitcoin,PRICE,,,/x,,,,@names,,|column time|'@names' is no JSON pointer",
                "bitcoin,PRICE,,,/x,,,,,y,|column value|'y' is no JSON pointer",
                "good,PRICE,,,/y,,,,,,|column metric|PRICE of good stands on line 2 already",
                "bad,PRICE,,hour,/y,,,,,,|column granularity|PRICE is by the day further up",
                "bitcoin,PRICE|cells|headings"
            })
    void aMistakeIsToldByFileLineAndColumn(String row, String column, String reason) {
        isRefused(row, column, reason);
    }

    @Test
    void headingsThatAreUnknownMissingOrTwiceAreTold() {
        assertThatThrownBy(() -> read("asset,metric,path,wher", "bitcoin,PRICE,/x,"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("some.csv, line 1: the column 'wher' is unknown; there are asset, metric");
        assertThatThrownBy(() -> read("asset,metric", "bitcoin,PRICE"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("some.csv, line 1: the column 'path' is missing");
        assertThatThrownBy(() -> read("asset,metric,path,path", "bitcoin,PRICE,/x,/y"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("some.csv")
                .hasMessageContaining("path");
    }

    @Test
    void aTableWithoutLinesIsAMistake() {
        assertThatThrownBy(() -> read(HEADINGS))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("some.csv names no series");
        assertThatThrownBy(() -> TableFile.read(folder.resolve("none.csv")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none.csv");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_key=abcd",
                "a=1&apikey=abcd",
                "x_cg_demo_api_key=abcd",
                "access_token=abcd",
                "client_secret=abcd",
                "key=AIzaSyA1234567",
                "apikey={key}x",
                "API-KEY=abcd&b=2"
            })
    void aKeyInTheTableIsRefusedAndNotRepeated(String query) {
        assertThatThrownBy(() -> read(HEADINGS, "bitcoin,PRICE,,,/x," + query + ",,,,,"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("some.csv, line 2: column query: a key does not belong into the table")
                .hasMessageNotContaining("abcd")
                .hasMessageNotContaining("AIza");
    }

    @ParameterizedTest
    @ValueSource(strings = {"apikey={key}", "key=price", "token=WBTC", "a=1&api_key={key}&b=2", "apikey=", "sort=key"})
    void whatOnlyLooksLikeAKeyIsNone(String query) {
        assertThat(read(HEADINGS, "bitcoin,PRICE,,,/x," + query + ",,,,,")).hasSize(1);
    }

    @Test
    void aKeyOfTheSettingsIsRefusedWhereverItStands() {
        Secrets.register("table-file-test-secret");
        assertThatThrownBy(() -> read(HEADINGS, "bitcoin,PRICE,,,/v1/table-file-test-secret/x,,,,,,"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("line 2: column path: it holds a key of the settings")
                .hasMessageNotContaining("table-file-test-secret");
    }

    @Test
    void theExampleIsRight() {
        assertThat(TableFile.read(TestHome.project().resolve("config/examples/blockchain.csv")))
                .hasSize(7)
                .allSatisfy(series -> assertThat(series.asset()).isEqualTo("bitcoin"));
    }
}
