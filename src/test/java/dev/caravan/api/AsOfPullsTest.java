package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.backfill.BackfillState;
import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.ingest.PullStatus;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vendor that restates: three starts of the program on three days, live pulls and history by the real routes. */
final class AsOfPullsTest {
    private static final Pattern DAYS = Pattern.compile("startDate=([0-9-]+)&endDate=([0-9-]+)");
    private static final String SERIES = "/time-series?asset=btc&metric=FEES&source=artemis&order=asc&end_date=";

    @TempDir
    Path folder;

    private LoopbackVendor vendor;

    /** The vendor has every day that has ended before that day. */
    private void vendorSays(String today, Function<LocalDate, Integer> values) {
        LocalDate end = LocalDate.parse(today);
        vendor.answer(asked -> {
            Matcher days = DAYS.matcher(asked.target());
            StringJoiner points = new StringJoiner(",", "[", "]");
            if (days.find()) {
                LocalDate last = LocalDate.parse(days.group(2));
                for (LocalDate day = LocalDate.parse(days.group(1)); !day.isAfter(last); day = day.plusDays(1)) {
                    if (day.isBefore(end)) {
                        points.add("{\"date\":\"" + day + "\",\"val\":" + values.apply(day) + "}");
                    }
                }
            }
            return LoopbackVendor.Reply.of(200, "{\"data\":{\"symbols\":{\"btc\":{\"FEES\":" + points + "}}}}");
        });
    }

    private AskedProgram startedOn(String now, String database) {
        return AskedProgram.start(
                folder,
                Map.of(
                        "database.url",
                        database,
                        "artemis.api.url",
                        vendor.url(),
                        "artemis.api.key",
                        "artemis-secret-of-as-of-test",
                        "artemis.rate.key",
                        "2000/1s",
                        "caravan.now",
                        now));
    }

    /** The time of the last batch that is committed. */
    private static Instant committed(AskedProgram program) {
        return program.sql()
                .queryForObject("SELECT max(committed_at) FROM batch", Timestamp.class)
                .toInstant();
    }

    private static double sum(JsonNode answer) {
        return AskedProgram.values(answer).values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    @Test
    void whatWasAnsweredThenIsAnsweredAgainAsOfThen() {
        TestHome.copyTo(folder)
                .write("config/sources/artemis.csv", "symbol,name,category,metrics", "btc,Bitcoin,Chain,FEES");
        String database = TestServer.newDatabase();
        vendor = LoopbackVendor.start(asked -> LoopbackVendor.Reply.of(500, ""));
        try (LoopbackVendor closing = vendor) {
            JsonNode afterPull;
            JsonNode afterHistory;
            Instant pulled;
            Instant filled;
            vendorSays("2026-11-17", day -> 1);
            try (AskedProgram program = startedOn("2026-11-17T00:05:00Z", database)) {
                assertThat(program.caravan().pull("artemis")).isEqualTo(PullStatus.SUCCESS);
                afterPull = program.get(SERIES + "2026-11-16");
                pulled = committed(program);
                // Everything has been restated meanwhile; what is there is kept, what is older comes.
                vendorSays("2026-11-17", day -> 2);
                assertThat(program.caravan().backfill("artemis", Map.of("days", 30)))
                        .as(() -> program.caravan().windowErrors().toString())
                        .isEqualTo(BackfillState.DONE);
                afterHistory = program.get(SERIES + "2026-11-16");
                filled = committed(program);
            }
            assertThat(AskedProgram.values(afterPull))
                    .isNotEmpty()
                    .containsValue(1.0)
                    .doesNotContainValue(2.0);
            assertThat(AskedProgram.values(afterHistory))
                    .containsAllEntriesOf(AskedProgram.values(afterPull))
                    .containsValue(2.0)
                    .hasSizeGreaterThan(25);

            vendorSays("2026-11-20", day -> 3);
            try (AskedProgram program = startedOn("2026-11-20T00:05:00Z", database)) {
                assertThat(program.caravan().pull("artemis")).isEqualTo(PullStatus.SUCCESS);
                JsonNode present = program.get(SERIES + "2026-11-19");
                assertThat(AskedProgram.values(present)).containsValues(2.0, 3.0);

                assertThat(program.get(SERIES + "2026-11-19&as_of=" + pulled).path("data"))
                        .isEqualTo(afterPull.path("data"));
                JsonNode yesterday = program.get(SERIES + "2026-11-19&as_of=2026-11-19");
                assertThat(AskedProgram.values(yesterday)).isEqualTo(AskedProgram.values(afterHistory));
                assertThat(sum(yesterday)).isEqualTo(sum(afterHistory)).isLessThan(sum(present));
                assertThat(program.get(SERIES + "2026-11-19&as_of=" + filled).path("data"))
                        .isEqualTo(afterHistory.path("data"));
                assertThat(AskedProgram.values(program.get(SERIES + "2026-11-19&as_of=2026-11-16")))
                        .isEmpty();
                assertThat(AskedProgram.values(program.get(SERIES + "2026-11-19&as_of=2026-11-20")))
                        .isEqualTo(AskedProgram.values(present));
                JsonNode replaced = program.get("/revisions?asset=btc&source=artemis");
                assertThat(replaced.path("data")).isNotEmpty().allSatisfy(row -> {
                    assertThat(row.path("value").asDouble()).isEqualTo(1);
                    assertThat(row.path("replaced_by").asDouble()).isEqualTo(3);
                    assertThat(Instant.parse(row.path("believed_from").asText()))
                            .isBeforeOrEqualTo(pulled);
                });
            }
        }
    }
}
