-- A mapping that was brought in before and is gone was deleted by somebody, alone or with its entity: it does not come back.
-- An id of which any mapping was edited is left alone. An entity that never was is an error.
WITH brought AS (
  INSERT INTO catalogue_loaded (source, id) VALUES (:source, :source_id) ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO entity_source_ids AS i (source, source_id, canonical_id, multiple)
SELECT :source, :source_id, :canonical_id, coalesce(nullif(:multiple, '')::float8, 1)
WHERE (EXISTS (SELECT FROM brought)
       OR EXISTS (SELECT FROM entity_source_ids k WHERE k.source = :source AND k.source_id = :source_id))
  AND NOT EXISTS (SELECT FROM entity_source_ids k
                  WHERE k.source = :source AND k.source_id = :source_id AND k.edited_at IS NOT NULL)
  AND (EXISTS (SELECT FROM entities k WHERE k.canonical_id = :canonical_id)
       OR NOT EXISTS (SELECT FROM catalogue_loaded k WHERE k.source = '' AND k.id = :canonical_id))
ON CONFLICT (source, source_id, valid_from) DO UPDATE SET canonical_id = EXCLUDED.canonical_id, multiple = EXCLUDED.multiple
WHERE (i.canonical_id, i.multiple) IS DISTINCT FROM (EXCLUDED.canonical_id, EXCLUDED.multiple)
