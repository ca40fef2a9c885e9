INSERT INTO entity_source_ids AS i (source, source_id, canonical_id)
VALUES (:source, :source_id, :canonical_id)
ON CONFLICT (source, source_id, valid_from) DO UPDATE SET canonical_id = EXCLUDED.canonical_id
WHERE i.edited_at IS NULL AND i.canonical_id IS DISTINCT FROM EXCLUDED.canonical_id
