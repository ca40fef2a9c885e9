package dev.caravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Pull.Item;
import dev.caravan.source.NormalisedAnswer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a pull is judged by what was expected against what came. */
final class PullVerdictTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:10:00Z");
    private static final Item TVL = new Item("aave", "TVL", "");
    private static final Item FEES = new Item("aave", "FEES", "");

    private final Pull pull = new Pull(1, "defillama", NOW, 3);

    private static VendorRequest request(String answer, String subject, String asset, String... metrics) {
        return VendorRequest.get("defillama", "http://127.0.0.1", "/" + answer + "/" + subject)
                .answer(answer, subject)
                .expects(List.of(asset), Arrays.asList(metrics))
                .refusals(500)
                .build();
    }

    private static NormalisedAnswer answer(Set<String> offered, Item... items) {
        ObservationBatch.Builder rows = new ObservationBatch.Builder();
        for (Item item : items) {
            rows.add(
                    SeriesKey.of("defillama", item.metric(), item.asset(), Granularity.DAY),
                    Instant.parse("2026-11-20T00:00:00Z"),
                    1,
                    true);
        }
        return new NormalisedAnswer(rows.build(), offered, Map.of(), List.of());
    }

    private void answered(VendorRequest request, Item... items) {
        pull.plan(List.of(request));
        pull.answered(request, answer(Set.of(), items));
    }

    private void failed(VendorRequest request, int status) {
        pull.plan(List.of(request));
        pull.failed(request, new TransientFailure("HTTP " + status, status, null, 1, null), 2, NOW);
    }

    @Test
    void allThatWasAskedAndCameIsASuccess() {
        answered(request("lists", "", "aave", "TVL", "FEES"), TVL, FEES);
        PullVerdict verdict = pull.judge(Map.of(TVL, true, FEES, true), Set.of());
        assertThat(verdict.status()).isEqualTo(PullStatus.SUCCESS);
        assertThat(verdict.expected()).isEqualTo(2);
        assertThat(verdict.received()).containsExactlyInAnyOrder(TVL, FEES);
        assertThat(verdict.notes()).isNull();
    }

    @Test
    void whatNeverAnsweredIsNotOfferedAndNotExpected() {
        answered(request("lists", "", "aave", "TVL", "FEES"), TVL);
        PullVerdict verdict = pull.judge(Map.of(), Set.of());
        assertThat(verdict.status()).isEqualTo(PullStatus.SUCCESS);
        assertThat(verdict.expected()).isEqualTo(1);
        assertThat(verdict.notOffered()).containsOnlyKeys(FEES);
    }

    @Test
    void whatUsedToAnswerAndDoesNotMakesThePullPartial() {
        answered(request("lists", "", "aave", "TVL", "FEES"), TVL);
        PullVerdict verdict = pull.judge(Map.of(TVL, true, FEES, true), Set.of());
        assertThat(verdict.status()).isEqualTo(PullStatus.PARTIAL);
        assertThat(verdict.silent()).containsExactly(FEES);
        assertThat(verdict.notOffered()).isEmpty();
        assertThat(verdict.expected()).isEqualTo(2);
        assertThat(verdict.notes()).contains("1 series no longer answer: aave FEES");
    }

    @Test
    void whatHasBeenSilentForTooLongIsNeitherExpectedNorListed() {
        answered(request("lists", "", "aave", "TVL", "FEES"), TVL);
        PullVerdict verdict = pull.judge(Map.of(TVL, true, FEES, false), Set.of());
        assertThat(verdict.status()).isEqualTo(PullStatus.SUCCESS);
        assertThat(verdict.expected()).isEqualTo(1);
        assertThat(verdict.silent()).isEmpty();
        assertThat(verdict.notOffered()).isEmpty();
    }

    @Test
    void aFailedRequestMakesThePullPartialAndItsSeriesExpected() {
        answered(request("lists", "", "aave", "TVL"), TVL);
        failed(request("other", "", "aave", "FEES"), 503);
        PullVerdict verdict = pull.judge(Map.of(TVL, true), Set.of());
        assertThat(verdict.status()).isEqualTo(PullStatus.PARTIAL);
        assertThat(verdict.expected()).isEqualTo(2);
        assertThat(verdict.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.status()).isEqualTo(503);
            assertThat(failure.attempts()).isEqualTo(2);
        });
        assertThat(verdict.notes()).isEqualTo("1 requests failed: 1 x HTTP 503");
    }

    @Test
    void aFailedRequestForWhatIsNotOfferedExpectsNothing() {
        answered(request("lists", "", "aave", "TVL"), TVL);
        failed(request("other", "", "aave", "FEES"), 503);
        PullVerdict verdict = pull.judge(Map.of(TVL, true), Set.of(FEES));
        assertThat(verdict.status()).isEqualTo(PullStatus.PARTIAL);
        assertThat(verdict.expected()).isEqualTo(1);
    }

    @Test
    void whatOneRequestMissedAndAnotherBroughtIsReceivedOnce() {
        answered(request("lists", "", "aave", "TVL"), TVL);
        failed(request("other", "", "aave", "TVL"), 503);
        answered(request("third", "", "aave", "TVL"));
        PullVerdict verdict = pull.judge(Map.of(TVL, true), Set.of());
        assertThat(verdict.expected()).isEqualTo(1);
        assertThat(verdict.received()).containsExactly(TVL);
        assertThat(verdict.silent()).isEmpty();
        assertThat(verdict.notOffered()).isEmpty();
        assertThat(verdict.status()).isEqualTo(PullStatus.PARTIAL);
    }

    @Test
    void aRefusalIsNotOfferedWhereTheKindAnswersOtherwise() {
        answered(request("overview", "Ethereum", "ethereum", "FEES"), new Item("ethereum", "FEES", ""));
        failed(request("overview", "K2", "k2", "FEES"), 500);
        PullVerdict verdict = pull.judge(Map.of(), Set.of());
        assertThat(verdict.status()).isEqualTo(PullStatus.SUCCESS);
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict.notOffered()).containsExactly(Map.entry(new Item("k2", "FEES", ""), "HTTP 500"));
        assertThat(verdict.expected()).isEqualTo(1);
    }

    @Test
    void aRefusalIsAFailureWhereTheWholeKindIsRefused() {
        answered(request("lists", "", "aave", "TVL"), TVL);
        failed(request("overview", "K2", "k2", "FEES"), 500);
        PullVerdict verdict = pull.judge(Map.of(), Set.of());
        assertThat(verdict.status()).isEqualTo(PullStatus.PARTIAL);
        assertThat(verdict.failures()).hasSize(1);
        assertThat(verdict.notOffered()).isEmpty();
        assertThat(verdict.expected()).isEqualTo(2);
    }

    @Test
    void aRefusalIsAFailureWhereTheVendorListsTheSubject() {
        VendorRequest list = request("overview", "", "aave", "FEES");
        pull.plan(List.of(list));
        pull.answered(list, answer(Set.of("K2"), FEES));
        failed(request("overview", "K2", "k2", "FEES"), 500);
        PullVerdict verdict = pull.judge(Map.of(), Set.of());
        assertThat(verdict.status()).isEqualTo(PullStatus.PARTIAL);
        assertThat(verdict.notOffered()).isEmpty();
    }

    @Test
    void aRefusalIsAFailureWhereTheSeriesAnsweredBefore() {
        answered(request("overview", "Ethereum", "ethereum", "FEES"), new Item("ethereum", "FEES", ""));
        failed(request("overview", "K2", "k2", "FEES"), 500);
        PullVerdict verdict = pull.judge(Map.of(new Item("k2", "FEES", ""), true), Set.of());
        assertThat(verdict.status()).isEqualTo(PullStatus.PARTIAL);
        assertThat(verdict.failures()).hasSize(1);
        assertThat(verdict.expected()).isEqualTo(2);
    }

    @Test
    void aPullWithoutAnAnswerIsAnError() {
        failed(request("lists", "", "aave", "TVL"), 503);
        assertThat(pull.judge(Map.of(), Set.of()).status()).isEqualTo(PullStatus.ERROR);
    }

    @Test
    void anAnswerWithNothingInItIsNoData() {
        answered(request("lists", "", "aave", "TVL"));
        assertThat(pull.judge(Map.of(), Set.of()).status()).isEqualTo(PullStatus.NO_DATA);
    }

    @Test
    void onlyFailuresInARowMakeAPullHopeless() {
        VendorRequest request = request("lists", "", "aave", "TVL");
        for (int i = 0; i < 2; i++) {
            pull.failed(request, new TerminalFailure("HTTP 401", 401), 1, NOW);
        }
        assertThat(pull.hopeless()).isFalse();
        pull.answered(request, answer(Set.of(), TVL));
        for (int i = 0; i < 2; i++) {
            pull.failed(request, new TerminalFailure("HTTP 401", 401), 1, NOW);
        }
        assertThat(pull.hopeless()).isFalse();
        pull.failed(request, new TerminalFailure("HTTP 401", 401), 1, NOW);
        assertThat(pull.hopeless()).isTrue();
    }

    @Test
    void aRefusedKeyEndsTheAskingAtOnce() {
        assertThatCode(pull::admit).doesNotThrowAnyException();
        failed(request("lists", "", "aave", "TVL"), 403);
        assertThatCode(pull::admit).doesNotThrowAnyException();
        failed(request("lists", "", "lido", "TVL"), 401);
        assertThatThrownBy(pull::admit)
                .isInstanceOf(TerminalFailure.class)
                .hasMessage("not asked: the vendor refuses the key (HTTP 401)");
        assertThat(pull.hopeless()).isFalse();
    }

    private static VendorRequest ofHalves() {
        VendorRequest small = request("lists", "", "aave", "TVL");
        return VendorRequest.get("test", "http://127.0.0.1:9", "/lists")
                .halves(Set.of(500), () -> List.of(small, small))
                .build();
    }

    @Test
    void requestsThatAreTooLargeMakeNoPullHopelessButOthersOfTheirSizeAreHalvedUnasked() {
        for (int i = 0; i < 5; i++) {
            assertThat(pull.isSurelyTooLarge(ofHalves())).isFalse();
            failed(ofHalves(), 500);
            assertThat(pull.isMore()).isTrue();
        }
        assertThat(pull.hopeless()).isFalse();
        assertThat(pull.isSurelyTooLarge(ofHalves())).isTrue();
        assertThat(pull.isSurelyTooLarge(request("lists", "", "aave", "TVL")))
                .as("one that has no halves")
                .isFalse();
        assertThat(pull.takeHalves()).hasSize(10);
        assertThat(pull.isSurelyTooLarge(ofHalves()))
                .as("the halves are smaller")
                .isFalse();
    }

    @Test
    void anAnswerToOneOfASizeLetsTheOthersBeAsked() {
        for (int i = 0; i < 5; i++) {
            failed(ofHalves(), 500);
        }
        pull.answered(request("lists", "", "aave", "TVL"), answer(Set.of(), TVL));
        assertThat(pull.isSurelyTooLarge(ofHalves())).isFalse();
    }

    @Test
    void theNotesNameFiveReasonsAndCountTheRest() {
        answered(request("lists", "", "aave", "TVL"), TVL);
        for (int status = 501; status <= 507; status++) {
            failed(request("other", "", "aave", "FEES"), status);
        }
        String notes = pull.judge(Map.of(), Set.of()).notes();
        assertThat(notes).startsWith("7 requests failed: 1 x HTTP 501").endsWith("and 2 more");
    }
}
