package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vendor that restates its history: old values are kept, and replaced only where the order says so. */
final class RevisionTest {
    private static final String NOW = "2026-11-20T10:10:00Z";
    private static final Pattern ASKED =
            Pattern.compile("/data/api/(\\w+)/\\?symbols=([^&]+)&startDate=([0-9-]+)&endDate=([0-9-]+)");
    private static final int DAYS = 400;
    private static final Map<String, Object> ORDER = Map.of("days", DAYS);
    private static final Map<String, Object> REVISING = Map.of("days", DAYS, "revise", "true");
    /** Two assets, and the day that is under way belongs to no history. */
    private static final long VALUES = 2L * DAYS;

    @TempDir
    Path folder;

    private LoopbackVendor vendor;
    private TestCaravan caravan;

    /** From that day on FEES are as the vendor says now, before it as it said at first. */
    private volatile LocalDate restatedFrom = LocalDate.MAX;

    @BeforeEach
    void start() {
        vendor = LoopbackVendor.start(this::answer);
        Path home = TestHome.copyTo(folder)
                .write("config/sources/artemis.csv", "symbol,metrics,note", "aave,FEES,", "acx,FEES,")
                .path();
        caravan = TestCaravan.start(
                home,
                Map.of(
                        "artemis.api.url",
                        vendor.url(),
                        "artemis.api.key",
                        "key-of-the-revision-test",
                        "artemis.rate.key",
                        "2000/1s",
                        "caravan.now",
                        NOW));
    }

    @AfterEach
    void stop() {
        caravan.close();
        vendor.close();
    }

    private LoopbackVendor.Reply answer(LoopbackVendor.Asked asked) {
        Matcher parts = ASKED.matcher(asked.target());
        if (!parts.find()) {
            return LoopbackVendor.Reply.of(404, "{}");
        }
        List<String> symbols = new ArrayList<>();
        for (String symbol : parts.group(2).split(",")) {
            List<String> rows = new ArrayList<>();
            LocalDate last = LocalDate.parse(parts.group(4));
            for (LocalDate day = LocalDate.parse(parts.group(3)); !day.isAfter(last); day = day.plusDays(1)) {
                rows.add("{\"date\":\"" + day + "\",\"val\":" + value(symbol, day) + "}");
            }
            symbols.add("\"" + symbol + "\":{\"" + parts.group(1) + "\":[" + String.join(",", rows) + "]}");
        }
        return LoopbackVendor.Reply.of(200, "{\"data\":{\"symbols\":{" + String.join(",", symbols) + "}}}");
    }

    /** Whole numbers, so that sums are exact. */
    private long value(String symbol, LocalDate day) {
        long first = day.toEpochDay() * (symbol.equals("aave") ? 1_000 : 10);
        return day.isBefore(restatedFrom) ? first : first + 7;
    }

    private double one(String sql) {
        return caravan.sql().queryForObject(sql, Double.class);
    }

    private Map<String, Object> backfill(Map<String, Object> order) {
        assertThat(caravan.backfill("artemis", order))
                .as(() -> caravan.windowErrors().toString())
                .isEqualTo(BackfillState.DONE);
        return caravan.lastPull("artemis");
    }

    @Test
    void restatedHistoryIsRevisedWhereTheOrderSaysSoAndItsOldValuesAreKept() {
        assertThat(backfill(ORDER)).containsEntry("new_rows", VALUES);
        double before = one("SELECT sum(value) FROM observation");
        restatedFrom = LocalDate.parse("2026-06-01");
        long restated = 2 * (LocalDate.parse("2026-11-20").toEpochDay() - restatedFrom.toEpochDay());
        double old = one("SELECT sum(value) FROM observation WHERE ts >= '2026-06-01'");

        assertThat(backfill(ORDER)).containsEntry("new_rows", 0L).containsEntry("changed_rows", 0L);
        assertThat(one("SELECT sum(value) FROM observation")).as("kept").isEqualTo(before);
        assertThat(one("SELECT count(*) FROM observation_revision")).isZero();

        assertThat(backfill(REVISING)).containsEntry("new_rows", 0L).containsEntry("changed_rows", restated);
        assertThat(one("SELECT sum(value) FROM observation")).as("revised").isEqualTo(before + 7.0 * restated);
        assertThat(one("SELECT count(*) FROM observation_revision")).isEqualTo((double) restated);
        assertThat(one("SELECT sum(value) FROM observation_revision"))
                .as("as it was")
                .isEqualTo(old);
        // What was believed before: the old value where there is one, else the one that stands.
        assertThat(one("SELECT sum(coalesce(r.value, o.value)) FROM observation o"
                        + " LEFT JOIN observation_revision r USING (series_id, ts)"))
                .isEqualTo(before);

        double batches = one("SELECT count(*) FROM batch");
        assertThat(backfill(REVISING)).containsEntry("new_rows", 0L).containsEntry("changed_rows", 0L);
        assertThat(one("SELECT count(*) FROM observation_revision")).isEqualTo((double) restated);
        assertThat(one("SELECT count(*) FROM batch")).as("nothing for nothing").isEqualTo(batches);
    }
}
