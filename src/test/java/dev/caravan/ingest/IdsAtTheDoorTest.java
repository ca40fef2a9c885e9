package dev.caravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.TestCaravan;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Odd ids and keys as they stand in the request line when they reach a vendor, after all that lies between. */
final class IdsAtTheDoorTest {
    private static final String NOW = "2026-11-20T10:10:00Z";

    @TempDir
    Path folder;

    private static List<String> targets(PlayedVendors vendors, String part) {
        return vendors.asked(part).stream().map(asked -> asked.target()).toList();
    }

    @Test
    void everyVendorGetsItsIdsAndItsKeyPercentEncoded() {
        try (PlayedVendors vendors = new PlayedVendors(folder)) {
            vendors.home()
                    .write(
                            "config/sources/artemis.csv",
                            "symbol,name,category,metrics",
                            "M,MemeCore,App,PRICE",
                            "usd*,Spiko,App,PRICE",
                            "eq-coin,Coinbase,Equity,EQ_TOTAL_DEBT")
                    .write(
                            "config/sources/coingecko.csv",
                            "id,symbol,name,note",
                            "a b,X,X,",
                            "-,X,X,",
                            "h&ids=i,X,X,",
                            "100%,X,X,")
                    .write("config/sources/alphavantage.csv", "symbol,category,note", "BRK-B,other,", "A/B:C,other,")
                    .write("config/sources/velo.csv", "coin,note", "1000BONK,", "4,")
                    .write(
                            "config/sources/defillama.csv",
                            "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                            "hyperliquid-l1,hyperliquid l1,,,,,Chain,",
                            "odd,A/B & C+,,chain,,,Chain,",
                            "dot.protocol,Dot,,,,,Dexs,");
            vendors.answer("/v2/chains", "[{'name':'Hyperliquid L1','tvl':1}]")
                    .answer(
                            "/velo/futures",
                            "exchange,coin,product,begin,depth\n" + PlayedVendors.futures("bybit", "1000BONK")
                                    + PlayedVendors.futures("bybit", "4"));
            try (TestCaravan caravan = vendors.at(
                    NOW, "defillama.api.key", "llama/key of+a test", "artemis.api.key", "artemis&key+of*a test")) {
                PlayedVendors.SOURCES.forEach(caravan::pull);
            }
            assertThat(targets(vendors, "/data/api/PRICE"))
                    .singleElement()
                    .asString()
                    .isEqualTo("/artemis/data/api/PRICE/?symbols=M,usd%2A&startDate=2026-11-13&endDate=2026-11-20"
                            + "&APIKey=artemis%26key%2Bof%2Aa%20test");
            assertThat(targets(vendors, "EQ_TOTAL_DEBT"))
                    .singleElement()
                    .asString()
                    .contains("symbols=eq-coin&");
            assertThat(targets(vendors, "/coins/markets"))
                    .singleElement()
                    .asString()
                    .endsWith("&ids=a%20b,-,h%26ids%3Di,100%25");
            assertThat(targets(vendors, "/query"))
                    .anySatisfy(target -> assertThat(target).contains("&symbol=BRK-B&"))
                    .anySatisfy(target -> assertThat(target).contains("&symbol=A%2FB%3AC&"));
            assertThat(targets(vendors, "/velo/rows"))
                    .singleElement()
                    .asString()
                    .contains("&coins=1000BONK,4&");
            assertThat(targets(vendors, "/overview/dexs/"))
                    .extracting(target ->
                            target.replaceFirst(".*/overview/dexs/", "").replaceFirst("\\?.*", ""))
                    .containsExactlyInAnyOrder("Hyperliquid%20L1", "A%2FB%20%26%20C%2B");
            assertThat(targets(vendors, "/inflows/"))
                    .singleElement()
                    .asString()
                    .isEqualTo(
                            "/defillama/llama%2Fkey%20of%2Ba%20test/api/inflows/dot.protocol/1795046400?end=1795132800");
        }
    }
}
