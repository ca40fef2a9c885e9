package dev.caravan.fetch;

/** A series that an answer should give, by the source's names. What else a planner's series say is its normaliser's. */
public interface ExpectedSeries {
    /** @return the source's id of the asset */
    String asset();

    /** @return the source's name of the metric */
    String metric();

    /** @return the venue, empty where there is none */
    String exchange();
}
