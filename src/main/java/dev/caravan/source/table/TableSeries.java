package dev.caravan.source.table;

import com.fasterxml.jackson.core.JsonPointer;
import dev.caravan.fetch.ExpectedSeries;
import dev.caravan.ingest.Granularity;

/**
 * One line of {@code config/sources/<source>.csv}: a series, the request that asks for it, and where its values stand in
 * the answer.
 *
 * @param asset the source's id of the asset
 * @param metric the source's name of the metric
 * @param exchange the venue, empty where there is none
 * @param granularity length of a bucket
 * @param path the path below the base URL, percent-encoded, with placeholders
 * @param query the query, percent-encoded, with placeholders, or empty
 * @param rows where its rows are
 * @param where which of them are of this series
 * @param time the part of a row that tells its time; null for a level without one, which is of the moment of the pull
 * @param value leads from a row to its value
 */
record TableSeries(
        String asset,
        String metric,
        String exchange,
        Granularity granularity,
        String path,
        String query,
        AnswerRows rows,
        RowFilter where,
        RowPart time,
        JsonPointer value)
        implements ExpectedSeries {

    /** @return the series as people name it */
    String description() {
        return metric + " of " + asset + (exchange.isEmpty() ? "" : " at " + exchange);
    }

    /** @return path and query; lines that have the same are one request */
    String request() {
        return path + "?" + query;
    }
}
