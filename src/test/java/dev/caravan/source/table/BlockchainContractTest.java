package dev.caravan.source.table;

import static dev.caravan.source.StoredRow.day;
import static dev.caravan.source.StoredRow.hour;

import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.source.Fault;
import dev.caravan.source.SourceContract;
import dev.caravan.source.Spelling;
import dev.caravan.source.StoredRow;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The example of a source without Java, held to what every source promises. */
final class BlockchainContractTest extends SourceContract {
    private static final String SOURCE = "blockchain";
    private static final String HEADINGS = "asset,metric,granularity,path,query,rows,time,value";
    private static final String QUERY = "start={from}&timespan={days}days&sampled=false&format=json";

    private static final StoredRow FEES = day(SOURCE, "bitcoin", "TRANSACTION_FEES_USD", "2026-11-19", 385_000.25);
    private static final StoredRow HASH_RATE = day(SOURCE, "bitcoin", "HASH_RATE", "2026-11-19", 1.0323658474243727e9);

    private static final String FEES_VALUE = "\"y\":385000.25";
    private static final String FEES_DAY = "{\"x\":1795046400," + FEES_VALUE + "}";

    @Override
    protected String source() {
        return SOURCE;
    }

    @Override
    protected String key() {
        return "";
    }

    @Override
    protected Map<String, String> settings(String url) {
        return Map.of("blockchain.api.url", url, "blockchain.api.tier", "none");
    }

    @Override
    protected String rateSetting() {
        return "blockchain.rate.none";
    }

    @Override
    protected void configure(TestHome home) {
        BlockchainExample.install(home);
        home.write(
                BlockchainExample.TABLE,
                HEADINGS,
                "bitcoin,HASH_RATE,day,/charts/hash-rate," + QUERY + ",/values,/x,/y",
                "bitcoin,TRANSACTION_FEES_USD,day,/charts/transaction-fees-usd," + QUERY + ",/values,/x,/y",
                "bitcoin,MEMPOOL_SIZE,hour,/charts/mempool-size," + QUERY + ",/values,/x,/y");
    }

    @Override
    protected Reply answer(Asked asked) {
        return switch (path(asked)) {
            case "/charts/hash-rate" -> chart("""
                {"x":1794960000,"y":1.0E9},{"x":1795046400,"y":1.0323658474243727E9},{"x":1795132800,"y":998765432.1}
                """);
            case "/charts/transaction-fees-usd" -> chart(FEES_DAY);
            case "/charts/mempool-size" -> chart("""
                {"x":1795165200,"y":41000000},{"x":1795166100,"y":41500000},{"x":1795168800,"y":42000000}
                """);
            default -> unexpected(asked);
        };
    }

    private static Reply chart(String points) {
        return Reply.of(
                200,
                "{\"status\":\"ok\",\"name\":\"A chart\",\"unit\":\"USD\",\"period\":\"day\",\"values\":[" + points
                        + "]}");
    }

    @Override
    protected List<StoredRow> rows() {
        return List.of(
                day(SOURCE, "bitcoin", "HASH_RATE", "2026-11-18", 1e9),
                HASH_RATE,
                day(SOURCE, "bitcoin", "HASH_RATE", "2026-11-20", 998_765_432.1).stillOpen(),
                FEES,
                hour(SOURCE, "bitcoin", "MEMPOOL_SIZE", "2026-11-20T09:00:00Z", 41_500_000),
                hour(SOURCE, "bitcoin", "MEMPOOL_SIZE", "2026-11-20T10:00:00Z", 42_000_000)
                        .stillOpen());
    }

    @Override
    protected List<Spelling> zeros() {
        return List.of(
                Spelling.zero(FEES_VALUE, "\"y\":0", FEES),
                Spelling.zero(FEES_VALUE, "\"y\":0.0E0", FEES),
                Spelling.zero(FEES_VALUE, "\"y\":\"0\"", FEES));
    }

    @Override
    protected List<Spelling> nothings() {
        return List.of(
                Spelling.nothing(FEES_VALUE, "\"y\":null", FEES),
                Spelling.nothing(FEES_VALUE, "\"y\":\"\"", FEES),
                Spelling.nothing("," + FEES_VALUE, "", FEES),
                Spelling.nothing(FEES_DAY, "null", FEES),
                Spelling.nothing(FEES_DAY, "", FEES));
    }

    @Override
    protected List<Spelling> unreadables() {
        return List.of(
                Spelling.nothing(FEES_VALUE, "\"y\":\"n/a\"", FEES),
                Spelling.nothing(FEES_VALUE, "\"y\":{}", FEES),
                Spelling.nothing(FEES_VALUE, "\"y\":true", FEES),
                Spelling.nothing(FEES_DAY, "{\"x\":\"soon\"," + FEES_VALUE + "}", FEES),
                Spelling.nothing(FEES_DAY, "{" + FEES_VALUE + "}", FEES),
                Spelling.nothing(FEES_DAY, "{\"x\":20261119," + FEES_VALUE + "}", FEES),
                Spelling.nothing(FEES_DAY, "{\"x\":1795305600," + FEES_VALUE + "}", FEES));
    }

    @Override
    protected Spelling restatement() {
        return Spelling.value("1.0323658474243727E9", "1.04E9", 1.04e9, HASH_RATE);
    }

    @Override
    protected List<Fault> errorBodies() {
        return List.of(
                Fault.body("{\"status\":\"not-found\",\"error\":\"No chart with this name\"}"),
                Fault.body("\"temporarily unavailable\""),
                Fault.body("0"),
                Fault.body("[]"),
                Fault.body("null"),
                Fault.body("{}"),
                Fault.body("{\"values\":null}"),
                Fault.body("{\"values\":5}"));
    }

    @Override
    protected Map<String, Function<Asked, Reply>> quiet() {
        // Seen by users in March 2026: an answer that says ok, without a point.
        Map<String, Function<Asked, Reply>> quiet = new LinkedHashMap<>();
        quiet.put("no points", asked -> chart(""));
        return quiet;
    }

    @Override
    protected List<SizeLimit> sizeLimits() {
        return List.of();
    }

    @Override
    protected List<Refusal> refusals() {
        return List.of();
    }

    @Override
    protected void configureMany(TestHome home, int requests) {
        List<String> lines = new ArrayList<>(List.of(HEADINGS));
        IntStream.range(0, requests)
                .forEach(i ->
                        lines.add("bitcoin,CHART_" + i + ",day,/charts/chart-" + i + "," + QUERY + ",/values,/x,/y"));
        home.write(BlockchainExample.TABLE, lines.toArray(String[]::new));
    }

    @Override
    protected Part answerMany(Asked asked) {
        return new Part(chart("{\"x\":1794960000,\"y\":0},{\"x\":1795046400,\"y\":2.5}"), 2);
    }

    @Override
    protected Path shippedHome(Path folder) {
        TestHome home = TestHome.copyTo(folder);
        BlockchainExample.install(home);
        return home.path();
    }

    @Override
    protected Shipped shipped() {
        // One request a chart: no answer holds two of them.
        return new Shipped(7, 7, 7);
    }
}
