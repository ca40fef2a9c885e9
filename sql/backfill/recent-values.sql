-- Stored values that may tell of a restatement, with when each was read as it stands.
SELECT s.metric, s.asset, s.exchange, s.product, s.granularity, o.ts, o.value, b.committed_at
FROM series s
JOIN observation o USING (series_id)
JOIN batch b ON b.batch_id = o.batch_id
WHERE s.source = :source AND s.metric = ANY (:metrics::text[]) AND o.ts >= :from
