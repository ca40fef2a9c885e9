package dev.caravan.source;

import dev.caravan.ingest.ObservationBatch;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a normaliser made of one answer.
 *
 * @param observations the values
 * @param offered names that the answer lists as having this kind of data, such as an overview's chains; a refusal for one
 *     of them is a failure and not "not offered"
 * @param vendorNames how the vendor calls our assets: our id to its name, where the answer tells
 * @param rejections parts that could not be understood
 */
public record NormalisedAnswer(
        ObservationBatch observations,
        Set<String> offered,
        Map<String, String> vendorNames,
        List<Rejection> rejections) {

    /**
     * A part of an answer that could not be understood.
     *
     * @param reason why
     * @param fragment the part as it came
     */
    public record Rejection(String reason, String fragment) {}

    /**
     * @param observations the values
     * @param rejections parts that could not be understood
     * @return an answer that tells values only
     */
    public static NormalisedAnswer of(ObservationBatch observations, List<Rejection> rejections) {
        return new NormalisedAnswer(observations, Set.of(), Map.of(), rejections);
    }
}
