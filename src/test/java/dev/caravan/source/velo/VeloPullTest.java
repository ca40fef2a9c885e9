package dev.caravan.source.velo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Velo's route where the request fails that the others go by; the rest is in {@link VeloContractTest}. */
final class VeloPullTest {
    private static final String NOW = "2026-11-20T10:10:00Z";

    @Test
    void withoutTheCatalogueTheRowsStillComeAndThePullIsPartial() {
        Clock clock = Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC);
        try (Sandbox sandbox = Sandbox.start(TestHome.project().resolve("config/sources"), clock, 0)) {
            Map<String, String> settings = TestCaravan.vendors(sandbox);
            settings.put("caravan.now", NOW);
            settings.put("velo.api.key", "velo-secret-of-pull-test");
            sandbox.faults().add("velo:server_error:status=503:path=/futures");
            try (TestCaravan caravan = TestCaravan.start(TestHome.project(), settings)) {
                assertThat(caravan.pull("velo")).isEqualTo(PullStatus.PARTIAL);
                assertThat(caravan.lastPull("velo")).containsEntry("failed", 1);
                assertThat(count(caravan, "observation")).isGreaterThan(15_000);
                assertThat(count(caravan, "series WHERE product <> ''")).isZero();
            }
        }
    }

    private static long count(TestCaravan caravan, String from) {
        return caravan.sql().queryForObject("SELECT count(*) FROM " + from, Long.class);
    }
}
