-- Who is meant by an id, a symbol or a name, in any case. The best kind of match wins; rank says which it was.
WITH found AS (
  SELECT e.canonical_id, 1 AS rank, 'canonical id' AS why FROM entities e WHERE e.canonical_id = lower(:asset)
  UNION ALL
  SELECT i.canonical_id, 2, 'id of ' || i.source FROM entity_source_ids i
  WHERE lower(i.source_id) = lower(:asset) AND (:source::text IS NULL OR i.source = :source)
  UNION ALL
  SELECT e.canonical_id, 3, 'symbol' FROM entities e WHERE lower(e.symbol) = lower(:asset)
  UNION ALL
  SELECT e.canonical_id, 4, 'name' FROM entities e WHERE lower(e.name) = lower(:asset)
)
SELECT f.canonical_id, f.why, (SELECT count(*) FROM entity_source_ids i WHERE i.canonical_id = f.canonical_id) AS ids
FROM found f
ORDER BY f.rank, ids DESC, f.canonical_id
LIMIT 1
