package dev.caravan.source.velo;

import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/**
 * Tells a CSV of the vendor from any other text of status 200: a sentence read as CSV is a heading without rows and would
 * pass for "no data".
 */
public final class VeloHeading {
    private static final int SHOWN = 200;

    /**
     * @param heading the first line as the data format read it; none for an answer of no bytes, which is "no data at all"
     *     (contract, section 3)
     * @param request what was asked
     * @throws TransientFailure when the columns that every answer begins with are not in it, or nothing came where the
     *     contract does not allow it
     */
    public void check(
            @Header("CamelCsvHeaderRecord") List<String> heading, @Variable("request") VendorRequest request) {
        List<String> names = heading == null ? List.of() : heading;
        if (names.isEmpty() && request.emptyIsNoData()) {
            return;
        }
        List<String> needed = new ArrayList<>(List.of("exchange", "coin", "product"));
        if (request.answer().equals(VeloPlanner.ROWS)) {
            needed.add("time");
        }
        if (!names.containsAll(needed)) {
            String line = String.join(",", names);
            throw new TransientFailure(
                    "the answer is no table of the vendor: "
                            + (line.length() <= SHOWN ? line : line.substring(0, SHOWN) + " ..."),
                    200,
                    null,
                    1,
                    null);
        }
    }
}
