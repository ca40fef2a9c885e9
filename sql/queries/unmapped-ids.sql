-- Ids that have series or are configured, and map to no entity; with the entity whose id, symbol and name are written like
-- it, in any case and without regard to signs, where one of them is plainly the nearest.
WITH known AS (
  SELECT s.source, s.asset AS id, count(*) AS series FROM series s JOIN series_state z USING (series_id) GROUP BY s.source, s.asset
  UNION ALL
  SELECT c.source, c.id, 0 FROM unnest(:sources::text[], :ids::text[]) AS c(source, id)
), unmapped AS (
  SELECT k.source, k.id, max(k.series) AS series, regexp_replace(lower(k.id), '[^[:alnum:]]', '', 'g') AS plain
  FROM known k
  WHERE (:source::text IS NULL OR k.source = :source)
    AND NOT EXISTS (SELECT FROM entity_source_ids i WHERE i.source = k.source AND i.source_id = k.id)
  GROUP BY k.source, k.id
), named AS MATERIALIZED (
  SELECT e.canonical_id, regexp_replace(lower(n.name), '[^[:alnum:]]', '', 'g') AS plain, count(*) AS ways
  FROM entities e CROSS JOIN LATERAL unnest(ARRAY[e.canonical_id, e.symbol, e.name]) AS n(name)
  GROUP BY 1, 2
), nearest AS (
  SELECT plain, min(canonical_id) AS canonical_id
  FROM (SELECT plain, canonical_id, rank() OVER (PARTITION BY plain ORDER BY ways DESC) AS place FROM named WHERE plain <> '') AS r
  WHERE place = 1
  GROUP BY plain
  HAVING count(*) = 1
)
SELECT u.source, u.id, u.series, n.canonical_id AS nearest
FROM unmapped u LEFT JOIN nearest n USING (plain)
ORDER BY u.source, u.series DESC, u.id
