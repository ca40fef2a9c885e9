-- The series that can answer for an asset: of its entity, or under just that id where no entity is known.
SELECT s.series_id, s.source, s.asset, s.metric, s.exchange, s.granularity, z.n, z.first_ts, z.last_ts
FROM series s
JOIN series_state z USING (series_id)
WHERE (lower(s.asset) = lower(:asset)
       OR (s.source, s.asset) IN (SELECT i.source, i.source_id FROM entity_source_ids i WHERE i.canonical_id = :entity))
  AND (:source::text IS NULL OR s.source = :source)
ORDER BY s.source, s.asset, s.metric, s.exchange, s.granularity
