SELECT coalesce(sum(z.n), 0)::int8 AS total_records,
       (SELECT count(*) FROM entities) AS total_entities,
       count(DISTINCT (s.source, s.asset)) AS total_assets,
       count(DISTINCT (s.source, s.metric)) AS total_metrics,
       count(*) AS total_series,
       min(z.first_ts) AS earliest, max(z.last_ts) AS latest
FROM series s JOIN series_state z USING (series_id)
