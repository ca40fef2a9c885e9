-- Counts from the per-series state, never from the observations.
SELECT s.source, sum(z.n)::int8 AS records, count(DISTINCT s.asset) AS assets, count(DISTINCT s.metric) AS metrics,
       count(*) AS series, min(z.first_ts) AS earliest, max(z.last_ts) AS latest
FROM series s JOIN series_state z USING (series_id)
GROUP BY s.source
