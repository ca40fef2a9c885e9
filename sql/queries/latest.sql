-- The latest value of each asset, ranked. From the per-series state; one look at the observation says whether it is final.
SELECT s.asset, z.last_value AS value, z.last_ts AS ts, s.source, s.metric, s.exchange, s.granularity, c.unit,
       i.canonical_id,
       o.open IS NULL AND :now >= z.last_ts + ('1 ' || s.granularity)::interval
         + make_interval(hours => coalesce(c.settling_hours, 0)) AS final
FROM unnest(:sources::text[], :metrics::text[]) AS m(source, metric)
JOIN series s ON s.source = m.source AND s.metric = m.metric
JOIN series_state z USING (series_id)
LEFT JOIN observation o ON o.series_id = s.series_id AND o.ts = z.last_ts
LEFT JOIN metric c ON c.source = s.source AND c.metric = s.metric
LEFT JOIN entity_source_ids i ON i.source = s.source AND i.source_id = s.asset
  AND z.last_ts >= i.valid_from AND z.last_ts < i.valid_to
WHERE (:assets::text[] IS NULL OR lower(s.asset) = ANY (:assets)
       OR i.canonical_id IN (SELECT e.canonical_id FROM entities e
                             WHERE e.canonical_id = ANY (:assets) OR lower(e.symbol) = ANY (:assets)
                                OR lower(e.name) = ANY (:assets))
       OR i.canonical_id IN (SELECT x.canonical_id FROM entity_source_ids x WHERE lower(x.source_id) = ANY (:assets)))
  AND (:exchange::text IS NULL OR lower(s.exchange) = lower(:exchange))
ORDER BY CASE WHEN :order = 'desc' THEN z.last_value END DESC,
         CASE WHEN :order = 'asc' THEN z.last_value END ASC,
         s.asset, s.source, s.metric, s.exchange
LIMIT :limit
