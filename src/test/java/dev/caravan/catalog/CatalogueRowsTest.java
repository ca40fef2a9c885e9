package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong in a row of the catalogue is said with file and line, before anything reaches the database. */
final class CatalogueRowsTest {
    private static final String METRICS =
            "source,metric,canonical,unit,per_coin,kind,granularity,daily,stamp,settling_hours,venue,preferred,description";

    @TempDir
    Path folder;

    private List<CsvTable.Row> rows(String file, String... lines) throws IOException {
        return CsvTable.read(Files.write(folder.resolve(file), List.of(lines)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "metrics.csv | defillama,TVL,TVL,USD,,nonsense,day,last,start,1,,1,Value | 'nonsense' is no kind",
                "metrics.csv | defillama,TVL,TVL,USD,,level,week,last,start,1,,1,Value | 'week' is no granularity",
                "metrics.csv | defillama,TVL,TVL,USD,,level,day,total,start,1,,1,Value | 'total' is no daily: it is one of first, last",
                "metrics.csv | defillama,TVL,TVL,USD,,level,day,,start,1,,1,Value | '' is no daily",
                "metrics.csv | defillama,TVL,TVL,USD,,level,day,last,noon,1,,1,Value | 'noon' is no stamp",
                "metrics.csv | defillama,TVL,TVL,USD,,level,day,last,start,soon,,1,Value | settling_hours",
                "metrics.csv | defillama,TVL,TVL,USD,,level,day,last,start,-1,,1,Value | settling_hours",
                "metrics.csv | defillama,TVL,TVL,USD,,level,day,last,start,99999,,1,Value | settling_hours",
                "metrics.csv | defillama,TVL,TVL,USD,,level,day,last,start,1,,yes,Value | 'yes' is no preferred",
                "metrics.csv | defillama,TVL,TVL,USD,2,level,day,last,start,1,,1,Value | '2' is no per_coin",
                "metrics.csv | defillama,TVL,TVL,,,level,day,last,start,1,,1,Value | the unit is missing",
                "metrics.csv | defillama,TVL,tvl,USD,,level,day,last,start,1,,1,Value | canonical name",
                "metrics.csv | defillama,TVL,CHAIN_TVL,USD,,level,day,last,start,1,,1,Value | no CHAIN_",
                "metrics.csv | defillama,FEES_24H,FEES_24H,USD,,flow,day,sum,interval,1,,1,Value | no _24H",
                "metrics.csv | other,FEES,FEES,USD,,flow,day,sum,interval,1,,1,Value | other FEES stands in line 2 already",
                "metrics.csv | defillama,F,FEES,USD,,flow,day,sum,interval,1,,1,Value | of FEES by the day defillama is the preferred source, and in line 2 other is",
                "entities.csv | lido,Lido,LDO,protocol, | the sector is missing",
                "entities.csv | other,Lido,LDO,protocol,dex | other stands in line 2 already",
                "entity-ids.csv | other,a,lido,many | multiple is not a whole number",
                "entity-ids.csv | other,a,lido,0 | multiple is not a whole number",
                "entity-ids.csv | other,OTHER,lido,1 | other OTHER stands in line 2 already"
            })
    void aWrongCellNamesTheFileAndTheLine(String file, String row, String what) throws IOException {
        List<CsvTable.Row> rows =
                switch (file) {
                    case "metrics.csv" ->
                        rows(file, METRICS, "other,FEES,FEES,USD,,flow,day,sum,interval,1,,1,A good row", row);
                    case "entities.csv" ->
                        rows(file, "canonical_id,name,symbol,type,sector", "other,Other,,token,meme", row);
                    default -> rows(file, "source,source_id,canonical_id,multiple", "other,OTHER,lido,", row);
                };
        assertThatThrownBy(() -> check(file, rows))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(folder.resolve(file) + ", line 3: ")
                .hasMessageContaining(what)
                .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
    }

    private static void check(String file, List<CsvTable.Row> rows) {
        switch (file) {
            case "metrics.csv" -> CatalogueRows.checkMetrics(rows);
            case "entities.csv" -> CatalogueRows.checkEntities(rows);
            default -> CatalogueRows.checkMappings(rows);
        }
    }

    @Test
    void aColumnThatIsNotThereIsNamed() throws IOException {
        List<CsvTable.Row> rows =
                rows("metrics.csv", METRICS.replace(",daily", ""), "o,F,F,USD,,flow,day,end,1,,1,A row");
        assertThatThrownBy(() -> CatalogueRows.checkMetrics(rows))
                .hasMessageContaining("line 2")
                .hasMessageContaining("there is no column daily");
    }

    @Test
    void theSameQuantityMayBePreferredByTheHourAndByTheDay() throws IOException {
        List<CsvTable.Row> rows = rows(
                "metrics.csv",
                METRICS,
                "hourly,PRICE,PRICE,USD,1,level,hour,last,end,1,,1,By the hour",
                "daily,CLOSE,PRICE,USD,1,level,day,last,end,1,,1,By the day",
                "daily,CLOSE_AGAIN,PRICE,USD,1,level,day,last,end,1,,1,Of the same source");
        assertThatCode(() -> CatalogueRows.checkMetrics(rows)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"metrics.csv", "entities.csv", "entity-ids.csv"})
    void theShippedFilesAreGood(String file) {
        List<CsvTable.Row> rows =
                CsvTable.read(TestHome.project().resolve("config").resolve(file));
        assertThat(rows).hasSizeGreaterThan(90);
        assertThatCode(() -> check(file, rows)).doesNotThrowAnyException();
    }
}
