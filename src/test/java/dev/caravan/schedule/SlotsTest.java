package dev.caravan.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.database.Database;
import dev.caravan.database.Migrations;
import dev.caravan.database.Statements;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.quartz.CronExpression;
import org.quartz.CronScheduleBuilder;
import org.quartz.CronTrigger;
import org.quartz.TriggerBuilder;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** Slots are used once, in time or not at all, whatever Quartz fires. */
final class SlotsTest {
    private static Settings settings;
    private static Database database;
    private static JdbcTemplate sql;

    private final Slots slots = slots("one", settings);
    private final Instant now = Instant.now();

    @BeforeAll
    static void open() {
        settings = Settings.load(
                TestHome.project(),
                Map.of(),
                Map.of("database.url", TestServer.newDatabase(), "schedule.velo.misfire", "once"),
                false);
        database = Database.open(settings);
        Migrations.apply(database.dataSource(), settings.layers());
        sql = new JdbcTemplate(database.dataSource());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void empty() {
        sql.execute("TRUNCATE schedule_slot, stopped_route, pulls CASCADE");
    }

    private static Slots slots(String daemon, Settings settings) {
        return new Slots(
                new NamedParameterJdbcTemplate(database.dataSource()),
                new Statements(settings.layers()),
                settings,
                daemon);
    }

    /** Once a day, and today so long ago. */
    private CronTrigger daily(Duration ago) {
        ZonedDateTime time = now.minus(ago).atZone(ZoneOffset.UTC);
        return trigger(time.getSecond() + " " + time.getMinute() + " " + time.getHour() + " * * ?");
    }

    private static CronTrigger trigger(String cron) {
        return TriggerBuilder.newTrigger()
                .withIdentity("any", "pull")
                .withSchedule(CronScheduleBuilder.cronSchedule(cron).inTimeZone(TimeZone.getTimeZone("UTC")))
                .build();
    }

    private static int rows() {
        return sql.queryForObject("SELECT count(*) FROM schedule_slot", Integer.class);
    }

    @Test
    void aSlotGoesToWhoComesFirst() {
        CronTrigger trigger = daily(Duration.ofSeconds(5));
        Date slot = Date.from(now.minusSeconds(5).truncatedTo(ChronoUnit.SECONDS));
        assertThat(slots("other", settings).claim("velo", trigger, slot)).isTrue();
        assertThat(slots.claim("velo", trigger, slot)).isFalse();
        assertThat(slots.claim("defillama", trigger, slot))
                .as("of another source")
                .isTrue();
        assertThat(sql.queryForList("SELECT daemon FROM schedule_slot ORDER BY source", String.class))
                .containsExactly("one", "other");
    }

    @Test
    void aMissedSlotIsSkippedAndNoted() {
        CronTrigger trigger = daily(Duration.ofMinutes(10));
        assertThat(slots.claim("defillama", trigger, Date.from(now))).isFalse();
        assertThat(sql.queryForList("SELECT missed FROM schedule_slot", Boolean.class))
                .containsExactly(true);
    }

    @Test
    void aMissedSlotIsMadeUpForOnceWhereThatIsAsked() {
        CronTrigger trigger = daily(Duration.ofMinutes(10));
        assertThat(slots.claim("velo", trigger, Date.from(now))).isTrue();
        assertThat(slots.claim("velo", trigger, Date.from(now.plusMillis(300)))).isFalse();
        assertThat(sql.queryForList("SELECT slot FROM schedule_slot", Timestamp.class))
                .containsExactly(
                        Timestamp.from(now.minus(Duration.ofMinutes(10)).truncatedTo(ChronoUnit.SECONDS)));
    }

    @Test
    void nothingIsMadeUpForThatHasBeenPulledSince() {
        sql.update(
                "INSERT INTO pulls (source_name, pulled_at, status) VALUES ('velo', now() - interval '1 min', 'success')");
        assertThat(slots.claim("velo", daily(Duration.ofMinutes(10)), Date.from(now)))
                .isFalse();
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void ofManyMissedSlotsOnlyTheLatestCounts() {
        // Every ten minutes; Quartz replays the last three hours one by one.
        CronTrigger trigger = trigger(now.atZone(ZoneOffset.UTC).getSecond() + " "
                + (now.atZone(ZoneOffset.UTC).getMinute() + 8) % 10 + "/10 * * * ?");
        Instant latest = now.minus(Duration.ofMinutes(2)).truncatedTo(ChronoUnit.SECONDS);
        List<Boolean> taken = new java.util.ArrayList<>();
        for (int back = 18; back >= 0; back--) {
            taken.add(slots.claim("velo", trigger, Date.from(latest.minus(Duration.ofMinutes(10L * back)))));
        }
        assertThat(taken.subList(0, 18)).containsOnly(false);
        assertThat(taken.get(18)).isTrue();
        assertThat(rows()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"velo-at-times", "velo-pull"})
    void aSourceThatIsStoppedHasNoSlots(String route) {
        sql.update("INSERT INTO stopped_route (route_id, stopped_at) VALUES (?, now())", route);
        assertThat(slots.claim("velo", daily(Duration.ofSeconds(5)), Date.from(now)))
                .isFalse();
        assertThat(rows()).isZero();
    }

    @Test
    void oldSlotsAreForgotten() {
        sql.update("INSERT INTO schedule_slot VALUES ('velo', now() - interval '8 days', 'one', now(), false),"
                + " ('velo', now() - interval '6 days', 'one', now(), false)");
        assertThat(slots.claim("velo", daily(Duration.ofSeconds(5)), Date.from(now)))
                .isTrue();
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void anUnknownPolicyIsRefusedAtTheStart() {
        Settings wrong = Settings.load(TestHome.project(), Map.of(), Map.of("schedule.velo.misfire", "twice"), false);
        assertThatThrownBy(() -> slots("one", wrong))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("schedule.velo.misfire")
                .hasMessageContaining("skip or once");
    }

    @ParameterizedTest
    @CsvSource({
        "0 5 * * * ?, 2026-03-01T10:05:00.400Z, 2026-03-01T10:05:00Z",
        "0 5 * * * ?, 2026-03-01T10:04:59.999Z, 2026-03-01T09:05:00Z",
        "0 5 0 * * ?, 2026-03-01T00:04:00Z, 2026-02-28T00:05:00Z",
        "0/3 * * * * ?, 2026-03-01T00:00:02Z, 2026-03-01T00:00:00Z",
        "0 0 12 29 2 ?, 2027-12-31T00:00:00Z, 2024-02-29T12:00:00Z",
    })
    void theLatestSlotIsFoundBackwards(String cron, Instant at, Instant slot) throws ParseException {
        CronExpression hours = new CronExpression(cron);
        hours.setTimeZone(TimeZone.getTimeZone("UTC"));
        assertThat(CronSlots.latest(hours, at)).isEqualTo(slot);
    }
}
