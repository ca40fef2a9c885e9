-- Series that have values, with how far back their metric is read again.
SELECT s.metric, s.asset, s.exchange, s.product, s.granularity, m.reread_hours, z.first_ts, z.last_ts
FROM series s
JOIN series_state z USING (series_id)
LEFT JOIN metric m ON m.source = s.source AND m.metric = s.metric
WHERE s.source = :source
