-- The source's ids of what people call by any of its names.
SELECT i.source_id
FROM entity_source_ids i JOIN entities e USING (canonical_id)
WHERE i.source = :source AND lower(:name) IN (lower(i.source_id), lower(e.canonical_id), lower(e.symbol), lower(e.name))
