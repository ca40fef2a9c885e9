package dev.caravan.ingest;

import java.util.Objects;

/**
 * What names a series: values of one metric of one asset, at one venue, by one source, in buckets of one length.
 *
 * @param source the vendor, such as {@code defillama}
 * @param metric the source's own name of the metric
 * @param asset the source's own id of the asset, exactly as the vendor spells it
 * @param exchange the venue, empty where there is none
 * @param product the instrument, empty except where a vendor has several of one coin at one venue
 * @param granularity length of a bucket
 */
public record SeriesKey(
        String source, String metric, String asset, String exchange, String product, Granularity granularity) {
    /** Checks that the parts that must be there are. */
    public SeriesKey {
        Objects.requireNonNull(exchange);
        Objects.requireNonNull(product);
        Objects.requireNonNull(granularity);
        if (source.isBlank() || metric.isBlank() || asset.isBlank()) {
            throw new IllegalArgumentException("a series needs a source, a metric and an asset");
        }
    }

    /**
     * @param source the vendor
     * @param metric the source's name of the metric
     * @param asset the source's id of the asset
     * @param granularity length of a bucket
     * @return the key of a series without venue and product
     */
    public static SeriesKey of(String source, String metric, String asset, Granularity granularity) {
        return new SeriesKey(source, metric, asset, "", "", granularity);
    }
}
