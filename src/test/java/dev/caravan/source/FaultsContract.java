package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.ingest.PullStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is made of answers that are wrong, refused, too large or missing: nothing is swallowed, nothing is made up. */
abstract class FaultsContract extends ValuesContract {
    /** @return what is an error to every request of the source */
    protected List<Fault> errors() {
        assertThat(errorBodies()).isNotEmpty();
        List<Fault> errors = new ArrayList<>(Fault.ofTheWay());
        if (emptyBodyIsAnError()) {
            errors.add(Fault.EMPTY);
        }
        if (!key().isEmpty()) {
            errors.add(Fault.repeating(key()));
        }
        errors.addAll(errorBodies());
        return errors;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void aPullOfWhichEveryRequestFailsIsAnErrorThatStoresNothingAndHarmsNothing(Fault fault) {
        vendor.play(this::answer, fault.spoil(), (number, asked) -> true);
        assertThat(pull()).isEqualTo(PullStatus.ERROR);
        assertThat(lastPull()).containsEntry("status", "error").containsEntry("records_count", 0L);
        int failed = (Integer) lastPull().get("failed");
        assertThat(count("pull_failures")).isEqualTo(failed).isPositive();
        if (sizeLimits().stream().noneMatch(limit -> limit.status() == fault.status())) {
            assertThat(lastPull()).containsEntry("requests", failed); // else some gave way to their halves
        }
        assertThat((String) lastPull().get("notes")).contains("failed");
        assertThat(stored()).isEmpty();
        assertThat(count("batch")).isZero();
        assertThat(count("not_offered")).isZero();
        assertKeyNowhere();
        fault.tries().ifPresent(tries -> assertThat(
                        vendor.asked().stream().collect(Collectors.groupingBy(Asked::target, Collectors.counting())))
                .isNotEmpty()
                .allSatisfy((target, times) -> assertThat(times).isEqualTo(tries)));
        vendor.play(this::answer);
        assertWell();
    }

    /** @return an outage, a page in place of data, a broken connection, and an error of the source's own */
    protected List<Fault> faultsOfSome() {
        List<Fault> faults = new ArrayList<>(Fault.ofSome());
        faults.add(errorBodies().get(0));
        return faults;
    }

    /**
     * A part of a large pull.
     *
     * @param targets the requests in it
     * @param whole how many observations the whole pull has
     */
    private record Share(Set<String> targets, int whole) {}

    /**
     * Configures a large pull and chooses every fifth of its requests, but none that others depend on. The same each time,
     * which the order of parallel requests is not.
     */
    private Share aFifthOf(int requests) {
        configureMany(home, requests);
        vendor.play(this::rightly);
        assertThat(pull()).isEqualTo(PullStatus.SUCCESS);
        assertThat(stored()).hasSize(rowsOf(vendor.answered()));
        forget();
        assertThat(vendor.asked()).hasSizeGreaterThanOrEqualTo(requests);
        List<String> others = vendor.asked().stream()
                .filter(asked -> !othersDependOn(asked))
                .map(Asked::target)
                .sorted()
                .toList();
        assertThat(others).doesNotHaveDuplicates();
        Set<String> fifth = IntStream.range(0, others.size())
                .filter(i -> i % 5 == 2)
                .mapToObj(others::get)
                .collect(Collectors.toSet());
        return new Share(fifth, rowsOf(vendor.answered()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultsOfSome")
    void aPullOfWhichSomeRequestsFailIsPartialAndStoresTheRest(Fault fault) {
        Share struck = aFifthOf(5);
        vendor.play(this::rightly, fault.spoil(), (number, asked) -> struck.targets()
                .contains(asked.target()));
        assertThat(pull()).isEqualTo(PullStatus.PARTIAL);
        assertThat(named()).containsAll(described(vendor.targets(false)));
        assertThat(stored()).hasSize(rowsOf(vendor.answered())).isNotEmpty();
        vendor.play(this::rightly);
        assertThat(pull()).isEqualTo(PullStatus.SUCCESS);
        assertThat(stored()).hasSize(struck.whole());
    }

    private List<String> named() {
        return caravan.sql()
                .queryForList(
                        "SELECT request FROM pull_failures WHERE pull_id = (SELECT max(pull_id) FROM pulls)",
                        String.class);
    }

    private List<String> described(List<String> targets) {
        return targets.stream()
                .map(target -> "GET " + (key().isEmpty() ? target : target.replace(key(), "{key}")))
                .toList();
    }

    @Test
    void fault13AFifthOfTheRequestsFailingForGoodMakesThePullPartialAndNamesEachOfThem() {
        Share struck = aFifthOf(10);
        vendor.play(this::rightly, Fault.outage().spoil(), (number, asked) -> struck.targets()
                .contains(asked.target()));
        assertThat(pull()).isEqualTo(PullStatus.PARTIAL);
        Map<String, Object> partial = lastPull();
        List<String> refused = vendor.targets(false);
        assertThat(refused).hasSizeGreaterThan(1).containsExactlyInAnyOrderElementsOf(struck.targets());
        assertThat(named()).containsExactlyInAnyOrderElementsOf(described(refused));
        assertThat(count("pull_failures WHERE http_status = 503 AND attempts = 2 AND reason LIKE 'HTTP 503%'"))
                .isEqualTo(refused.size());
        assertKeyNowhere();
        assertThat(partial).containsEntry("failed", refused.size());
        assertThat((Integer) partial.get("received")).isPositive().isLessThan((Integer) partial.get("expected"));
        assertThat((Integer) partial.get("requests")).isGreaterThanOrEqualTo(10);
        assertThat(stored()).hasSize(rowsOf(vendor.answered()));
        assertThat((Long) partial.get("new_rows")).isEqualTo(stored().size());

        vendor.play(this::rightly);
        assertThat(pull()).isEqualTo(PullStatus.SUCCESS);
        assertThat(stored()).hasSize(struck.whole());
        assertThat(lastPull()).containsEntry("unchanged_rows", partial.get("new_rows"));
        assertThat((Long) lastPull().get("new_rows")).isPositive();
    }

    @TestFactory
    Stream<DynamicTest> aVendorThatHasNoDataIsNoFailure() {
        return quiet().entrySet().stream()
                .map(quiet -> dynamicTest(quiet.getKey(), () -> {
                    begin();
                    vendor.play(quiet.getValue());
                    assertThat(pull()).isEqualTo(PullStatus.NO_DATA);
                    assertThat(lastPull()).containsEntry("failed", 0).containsEntry("records_count", 0L);
                    assertThat(stored()).isEmpty();
                    assertThat(count("quarantine")).isZero();
                    // What it has never offered is asked for again a week later.
                    assertThat(caravan.sql().update("DELETE FROM not_offered")).isPositive();
                    vendor.play(this::answer);
                    assertWell();
                }));
    }

    @TestFactory
    Stream<DynamicTest> aRequestThatIsTooLargeIsAskedInHalvesUntilItFits() {
        return sizeLimits().stream()
                .map(limit -> dynamicTest(limit.toString(), () -> {
                    begin();
                    configureMany(home, 30); // more than what would do to give a vendor up that refuses each
                    vendor.play(
                            this::rightly,
                            reply -> Reply.of(limit.status(), "too large"),
                            (number, asked) -> limit.size().applyAsInt(asked) > limit.most());
                    assertThat(pull()).isEqualTo(PullStatus.SUCCESS);
                    assertThat(lastPull()).containsEntry("failed", 0);
                    assertThat(vendor.targets(false))
                            .as("requests that were too large")
                            .isNotEmpty();
                    assertThat(count("pull_failures")).isZero();
                    assertThat(count("not_offered")).isZero();
                    // Nothing was asked of two halves.
                    assertThat(stored()).hasSize(rowsOf(vendor.answered()));

                    vendor.play(this::rightly);
                    assertThat(pull()).isEqualTo(PullStatus.SUCCESS);
                    assertThat(lastPull()).containsEntry("new_rows", 0L).containsEntry("changed_rows", 0L);
                    assertThat(stored()).as("nothing was lost").hasSize(rowsOf(vendor.answered()));
                }));
    }

    @TestFactory
    Stream<DynamicTest> aStatusThatMeansNotOfferedIsListedAndNoFailure() {
        return refusals().stream()
                .map(refusal -> dynamicTest(refusal.toString(), () -> {
                    begin();
                    assertThat(rows()).containsAll(refusal.rows());
                    vendor.play(
                            this::answer,
                            reply -> Reply.of(refusal.status(), "not offered"),
                            (number, asked) -> refusal.refused().test(asked));
                    assertThat(pull()).isEqualTo(PullStatus.SUCCESS);
                    assertThat(lastPull()).containsEntry("failed", 0);
                    List<StoredRow> others = new ArrayList<>(rows());
                    others.removeAll(refusal.rows());
                    assertThat(stored()).containsExactlyInAnyOrderElementsOf(others);
                    for (StoredRow row : refusal.rows()) {
                        assertThat(count("not_offered WHERE asset = '" + row.asset() + "' AND metric = '" + row.metric()
                                        + "'"))
                                .isEqualTo(1);
                    }
                    // It is not asked again within the week.
                    vendor.play(this::answer);
                    assertThat(pull()).isEqualTo(PullStatus.SUCCESS);
                    assertThat(vendor.asked()).isNotEmpty().noneMatch(refusal.refused());
                }));
    }
}
