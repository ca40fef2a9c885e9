-- All series of a source that hold anything.
SELECT s.series_id, s.source, s.asset, s.metric, s.exchange, s.granularity, z.n, z.first_ts, z.last_ts
FROM series s
JOIN series_state z USING (series_id)
WHERE s.source = :source
ORDER BY s.asset, s.metric, s.exchange, s.granularity
