package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.ingest.PullStatus;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is stored of answers: exactly the values that they hold, once, and again where they are restated. */
abstract class ValuesContract extends PlayedSource {
    @Test
    void theAnswersOfTheExampleBecomeExactlyItsRows() {
        assertThat(rows()).doesNotHaveDuplicates().hasSizeGreaterThan(1);
        assertWell();
        assertThat(lastPull())
                .containsEntry("new_rows", (long) rows().size())
                .containsEntry("records_count", (long) rows().size())
                .containsEntry("changed_rows", 0L)
                .containsEntry("expected", lastPull().get("received"));
        assertThat(count("quarantine")).isZero();
        assertThat(count("pull_failures")).isZero();
        assertThat(
                        count(
                                "not_offered JOIN series USING (source, asset, metric, exchange) JOIN series_state USING (series_id)"))
                .isZero();
    }

    private void pullSpelled(Spelling spelling) {
        assertThat(rows()).containsAll(spelling.rows());
        AtomicBoolean there = new AtomicBoolean();
        vendor.play(asked -> {
            Reply reply = answer(asked);
            if (reply.body().contains(spelling.part())) {
                there.set(true);
            }
            return spelling.in(reply);
        });
        assertThat(pull()).isEqualTo(PullStatus.SUCCESS);
        assertThat(there).as("the part is in an answer").isTrue();
        assertThat(stored()).containsExactlyInAnyOrderElementsOf(spelling.in(rows()));
        assertThat(count("pull_failures")).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("zeros")
    void fault1To3AZeroIsStoredAsZero(Spelling spelling) {
        pullSpelled(spelling);
        assertThat(count("observation WHERE value = 0"))
                .isGreaterThanOrEqualTo(spelling.rows().size());
        assertThat(count("quarantine")).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nothings")
    void whatSaysThatThereIsNoValueStoresNoRowAndNoZero(Spelling spelling) {
        pullSpelled(spelling);
        assertThat(count("quarantine")).isZero();
        // A series that has never answered and is left out is not offered: no failure, but listed.
        List<StoredRow> left = spelling.in(rows());
        for (StoredRow row : spelling.rows()) {
            if (left.stream().noneMatch(row::sameSeries)) {
                assertThat(count("not_offered WHERE asset = '" + row.asset() + "' AND metric = '" + row.metric()
                                + "' AND exchange = '" + row.exchange() + "'"))
                        .as("%s is listed as not offered", row)
                        .isEqualTo(1);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadables")
    void aPartThatCannotBeUnderstoodIsQuarantinedAndCostsNothingElse(Spelling spelling) {
        pullSpelled(spelling);
        assertThat(count("quarantine WHERE reason <> '' AND fragment <> ''")).isPositive();
    }

    private List<String> versions() {
        return caravan.sql()
                .queryForList("SELECT concat_ws(' ', series_id, ts, batch_id, xmin) FROM observation", String.class);
    }

    @Test
    void theSameAnswersTwiceWriteNothing() {
        assertWell();
        List<String> first = versions();
        long batches = count("batch");
        assertWell();
        assertThat(lastPull())
                .containsEntry("records_count", 0L)
                .containsEntry("new_rows", 0L)
                .containsEntry("changed_rows", 0L)
                .containsEntry("unchanged_rows", (long) rows().size());
        assertThat(versions()).containsExactlyInAnyOrderElementsOf(first);
        assertThat(count("batch")).isEqualTo(batches);
        assertThat(count("observation_revision")).isZero();
    }

    @Test
    void fault6ARestatedValueIsChangedAndTheOldOneKept() {
        Spelling restated = restatement();
        StoredRow old = restated.rows().get(0);
        assertThat(old.open()).isFalse();
        assertWell();
        pullSpelled(restated);
        assertThat(lastPull())
                .containsEntry("changed_rows", 1L)
                .containsEntry("new_rows", 0L)
                .containsEntry("unchanged_rows", rows().size() - 1L);
        assertThat(caravan.sql()
                        .queryForList(
                                "SELECT r.value FROM observation_revision r JOIN series USING (series_id)"
                                        + " WHERE asset = ? AND metric = ? AND ts = to_timestamp(?)",
                                Double.class,
                                old.asset(),
                                old.metric(),
                                old.at().getEpochSecond()))
                .containsExactly(old.value());
        assertThat(count("observation_revision")).isEqualTo(1);
    }
}
