package dev.caravan.source.velo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Observed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Velo's catalogue and rows are taken to say. */
final class VeloNormaliserTest {
    private static final Instant NOW = Instant.parse("2026-07-13T08:05:00Z");
    private static final Instant SEVEN = Instant.parse("2026-07-13T07:00:00Z");
    private static final Instant EIGHT = Instant.parse("2026-07-13T08:00:00Z");
    private static final String HEADING = "exchange,coin,product,time,close_price,dollar_volume\n";

    private static NormalisedAnswer read(String csv) {
        return read(csv, "");
    }

    private static NormalisedAnswer read(String csv, String subject) {
        VendorRequest request = VendorRequest.get("velo", "http://127.0.0.1", "/rows")
                .answer(VeloPlanner.ROWS, subject)
                .exchange("bybit")
                .expects(List.of("BTC", "ETH", "4"), List.of("CLOSE_PRICE", "DOLLAR_VOLUME"))
                .build();
        return new VeloNormaliser().normalise(request, VeloCsv.rows(csv), NOW);
    }

    private static NormalisedAnswer catalogue(String csv) {
        VendorRequest request = VendorRequest.get("velo", "http://127.0.0.1", "/futures")
                .answer(VeloPlanner.FUTURES, "")
                .build();
        return new VeloNormaliser().normalise(request, VeloCsv.rows(csv), NOW);
    }

    private static String row(String coin, String product, Instant time, String cells) {
        return "bybit," + coin + "," + product + "," + time.toEpochMilli() + "," + cells + "\n";
    }

    private static Map<String, Double> values(NormalisedAnswer answer) {
        return Observed.values(answer.observations());
    }

    @Test
    void aRowIsHoursOfOneCoinAtOneVenue() {
        ObservationBatch batch = read(HEADING + row("BTC", "BTCUSDT", SEVEN, "63174.9,1250000.5"))
                .observations();
        assertThat(batch.keys())
                .containsExactlyInAnyOrder(
                        new SeriesKey("velo", "CLOSE_PRICE", "BTC", "bybit", "", Granularity.HOUR),
                        new SeriesKey("velo", "DOLLAR_VOLUME", "BTC", "bybit", "", Granularity.HOUR));
        assertThat(Observed.of(batch))
                .containsOnly(
                        entry("BTC CLOSE_PRICE", new Observed(63174.9, SEVEN, false, Granularity.HOUR)),
                        entry("BTC DOLLAR_VOLUME", new Observed(1250000.5, SEVEN, false, Granularity.HOUR)));
    }

    @Test
    void columnsAreReadByNameInAnyOrderAndCoinsAreNoNumbers() {
        String csv = "dollar_volume,time,coin,more,product,exchange,close_price\r\n12," + SEVEN.toEpochMilli()
                + ".0,4,x,4USDT,bybit,1.5E-7\r\n";
        assertThat(values(read(csv))).containsOnly(entry("4 CLOSE_PRICE", 1.5e-7), entry("4 DOLLAR_VOLUME", 12.0));
    }

    @Test
    void theHourThatHasNotEndedIsOpen() {
        Map<String, Observed> observed =
                Observed.of(read(HEADING + row("BTC", "BTCUSDT", SEVEN, "1,") + row("ETH", "ETHUSDT", EIGHT, "2,"))
                        .observations());
        assertThat(observed.get("BTC CLOSE_PRICE").open()).isFalse();
        assertThat(observed.get("ETH CLOSE_PRICE").open()).isTrue();
        assertThat(observed.get("ETH CLOSE_PRICE").at()).isEqualTo(EIGHT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "NaN", "undefined", " ", "NULL"})
    void aMissingCellIsNothingAndAZeroIsZero(String missing) {
        NormalisedAnswer answer = read(HEADING + row("BTC", "BTCUSDT", SEVEN, missing + ",0"));
        assertThat(values(answer)).containsOnly(entry("BTC DOLLAR_VOLUME", 0.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Infinity", "0x10", "12d", "n/a"})
    void aCellThatIsNoNumberGoesToTheQuarantine(String cell) {
        NormalisedAnswer answer = read(HEADING + row("BTC", "BTCUSDT", SEVEN, cell + ",5"));
        assertThat(values(answer)).containsOnly(entry("BTC DOLLAR_VOLUME", 5.0));
        assertThat(answer.rejections())
                .extracting(Rejection::reason)
                .containsExactly("CLOSE_PRICE of BTC is no number");
    }

    /** Fault 4: the last of four quarters was stored as the hour's volume. */
    @Test
    void quarterHoursAreRefusedAndNeverFoldedIntoTheirHour() {
        StringBuilder csv = new StringBuilder(HEADING);
        for (int minutes = 0; minutes < 60; minutes += 15) {
            csv.append(row("BTC", "BTCUSDT", SEVEN.plusSeconds(minutes * 60L), "1,415.13"));
        }
        assertThatThrownBy(() -> read(csv.toString()))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("2026-07-13T07:15:00Z");
    }

    @Test
    void theProcessesTimeZoneHasNoSay() {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kolkata"));
            assertThat(Observed.of(
                            read(HEADING + row("BTC", "BTCUSDT", SEVEN, "1,")).observations()))
                    .containsEntry("BTC CLOSE_PRICE", new Observed(1, SEVEN, false, Granularity.HOUR));
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void noRowsAtAllIsNoData() {
        assertThat(new VeloNormaliser()
                        .normalise(
                                VendorRequest.get("velo", "http://127.0.0.1", "/rows")
                                        .answer(VeloPlanner.ROWS, "")
                                        .build(),
                                null,
                                NOW)
                        .observations()
                        .size())
                .isZero();
        assertThat(read("").observations().size()).isZero();
        assertThat(read(HEADING).observations().size()).isZero();
    }

    @Test
    void whatWasNotAskedOrCannotBeReadGoesToTheQuarantine() {
        NormalisedAnswer answer = read(HEADING
                + "okex-swap,BTC,BTC-USDT-SWAP," + SEVEN.toEpochMilli() + ",1,1\n"
                + row("DOGE", "DOGEUSDT", SEVEN, "1,1")
                + row("BTC", "BTCUSDT", SEVEN.plusSeconds(7_200), "1,1")
                + "bybit,BTC,BTCUSDT,yesterday,1,1\n"
                + "bybit,BTC,BTCUSDT," + SEVEN.toEpochMilli() + ",631\n"
                + row("ETH", "ETHUSDT", SEVEN, "1,1"));
        assertThat(values(answer)).containsOnlyKeys("ETH CLOSE_PRICE", "ETH DOLLAR_VOLUME");
        assertThat(answer.rejections())
                .extracting(Rejection::reason)
                .containsExactly(
                        "a pair that was not asked for",
                        "a pair that was not asked for",
                        "a time that is none, or lies ahead",
                        "a time that is none, or lies ahead",
                        "a row with too few cells");
    }

    @Test
    void hoursThatWereNotAskedForAreLeftOutAndSaidOnce() {
        Instant five = SEVEN.minusSeconds(7_200);
        VendorRequest request = VendorRequest.get("velo", "http://127.0.0.1", "/rows")
                .query("type=futures&begin=" + SEVEN.minusSeconds(3_600).toEpochMilli() + "&end=" + EIGHT.toEpochMilli()
                        + "&resolution=60")
                .answer(VeloPlanner.ROWS, "")
                .exchange("bybit")
                .expects(List.of("BTC"), List.of("CLOSE_PRICE", "DOLLAR_VOLUME"))
                .build();
        String rows = HEADING
                + row("BTC", "BTCUSDT", five, "1,1")
                + row("BTC", "BTCUSDT", SEVEN.minusSeconds(3_600), "2,2")
                + row("BTC", "BTCUSDT", SEVEN, "3,3")
                + row("BTC", "BTCUSDT", EIGHT, "4,4");
        NormalisedAnswer answer = new VeloNormaliser().normalise(request, VeloCsv.rows(rows), NOW);
        ObservationBatch batch = answer.observations();
        assertThat(batch.size()).isEqualTo(4);
        assertThat(List.of(batch.value(0), batch.value(1))).containsExactly(2.0, 3.0);
        assertThat(answer.rejections()).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo("2 rows of hours that were not asked for");
            assertThat(rejection.fragment()).contains("time=" + five.toEpochMilli());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"1783926000000", "1783926000000.0", "1.783926E12", "1.783926e+12", "1783926E6"})
    void aTimeIsReadInEveryNotation(String time) {
        assertThat(Observed.of(read(HEADING + "bybit,BTC,BTCUSDT," + time + ",1,1\n")
                                .observations())
                        .get("BTC CLOSE_PRICE")
                        .at())
                .isEqualTo(SEVEN);
    }

    @Test
    void aColumnThatTheVendorLeavesOutIsSaidOnce() {
        NormalisedAnswer answer = read("exchange,coin,product,time,close_price\n" + row("BTC", "BTCUSDT", SEVEN, "1")
                + row("ETH", "ETHUSDT", SEVEN, "2"));
        assertThat(values(answer)).containsOnlyKeys("BTC CLOSE_PRICE", "ETH CLOSE_PRICE");
        assertThat(answer.rejections())
                .containsExactly(new Rejection("a column that was asked for is not there", "column dollar_volume"));
    }

    @Test
    void ofSeveralInstrumentsTheMainOneHasNoProduct() {
        String csv = HEADING + row("ETH", "ETHUSDT", SEVEN, "1,") + row("ETH", "ETHPERP", SEVEN, "2,");
        assertThat(read(csv, "ETH=ETHUSDT+ETHPERP").observations().keys())
                .extracting(SeriesKey::product)
                .containsExactlyInAnyOrder("", "ETHPERP");
        assertThat(read(csv, "ETH=ETHPERP").observations().keys())
                .extracting(SeriesKey::product)
                .containsExactlyInAnyOrder("", "ETHUSDT");
        assertThat(read(HEADING + row("ETH", "ETHPERP", SEVEN, "2,"), "ETH=ETHUSDT+ETHPERP")
                        .observations()
                        .keys())
                .extracting(SeriesKey::product)
                .containsExactly("ETHPERP");
        NormalisedAnswer unknown = read(csv);
        assertThat(unknown.observations().size()).isZero();
        assertThat(unknown.rejections()).hasSize(2);
    }

    @Test
    void theCatalogueTellsWhichPairsExistAndTheirInstrumentsTheOldestFirst() {
        NormalisedAnswer answer = catalogue("""
            exchange,coin,product,begin,end,depth
            bybit,ETH,ETHPERP,1700000000000,,false
            bybit,ETH,ETHUSDT,1614589200000,,false
            hyperliquid,BTC,BTC-USD,1718136000000,,true
            hyperliquid,BTC,BTC-USD,1718136000000,,true
            bybit,,ETHUSDT,1614589200000,,false
            """);
        assertThat(answer.vendorNames())
                .containsOnly(
                        entry("ETH@bybit", "ETHUSDT ETHPERP"),
                        entry("ETH@bybit@begin", "1614589200000"),
                        entry("BTC@hyperliquid", "BTC-USD"),
                        entry("BTC@hyperliquid@begin", "1718136000000"));
        assertThat(answer.rejections()).hasSize(1);
        assertThat(answer.observations().size()).isZero();
    }

    @Test
    void whatIsNoLongerTradedHasAnEndAndComesAfterWhatIs() {
        Instant today = NOW.minusSeconds(3_600);
        NormalisedAnswer answer = catalogue("exchange,coin,product,begin,end,depth\n"
                + "bybit,OLD,OLDUSDT,1614589200000,1700000000000,false\n"
                + "bybit,NEW,NEWUSDT,1614589200000," + today.toEpochMilli() + ",false\n"
                + "bybit,TWO,TWOPERP,1614589200000,1700000000000,false\n"
                + "bybit,TWO,TWOUSDT,1690000000000,null,false\n"
                + "bybit,GONE,GONEPERP,1614589200000,1700000000000,false\n"
                + "bybit,GONE,GONEUSDT,1614589100000,1710000000000,false\n"
                + "bybit,ODD,ODDUSDT,soon,,false\n");
        assertThat(answer.vendorNames())
                .containsOnly(
                        entry("OLD@bybit", "OLDUSDT"),
                        entry("OLD@bybit@begin", "1614589200000"),
                        entry("OLD@bybit@end", "1700000000000"),
                        // Its last data are of today: it is traded.
                        entry("NEW@bybit", "NEWUSDT"),
                        entry("NEW@bybit@begin", "1614589200000"),
                        // The main one is the one that the list of what is traded has alone.
                        entry("TWO@bybit", "TWOUSDT TWOPERP"),
                        entry("TWO@bybit@begin", "1614589200000"),
                        entry("GONE@bybit", "GONEUSDT GONEPERP"),
                        entry("GONE@bybit@begin", "1614589100000"),
                        entry("GONE@bybit@end", "1710000000000"),
                        entry("ODD@bybit", "ODDUSDT"));
    }

    @Test
    void anEmptyCatalogueIsAFailure() {
        assertThatThrownBy(() -> catalogue("exchange,coin,product,begin,depth\n"))
                .isInstanceOf(TransientFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"api temporarily unavailable", "\"temporarily unavailable\"", "[]", "0", "exchange,coin,time"})
    void anotherTextOfStatus200IsNoTable(String text) {
        VendorRequest request = VendorRequest.get("velo", "http://127.0.0.1", "/rows")
                .answer(VeloPlanner.ROWS, "")
                .emptyIsNoData()
                .build();
        VeloHeading heading = new VeloHeading();
        assertThatThrownBy(() -> heading.check(List.of(text.split(",")), request))
                .isInstanceOf(TransientFailure.class);
        heading.check(List.of(), request);
        heading.check(null, request);
        heading.check(List.of("exchange", "coin", "product", "time", "close_price"), request);
    }
}
