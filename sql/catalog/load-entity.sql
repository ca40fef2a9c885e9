-- An entity that was brought in before and is gone was deleted by somebody: it does not come back. One that was edited is
-- left alone.
WITH brought AS (
  INSERT INTO catalogue_loaded (source, id) VALUES ('', :canonical_id) ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO entities AS e (canonical_id, name, symbol, entity_type, sector)
SELECT :canonical_id, :name, nullif(:symbol, ''), :type, :sector
WHERE EXISTS (SELECT FROM brought) OR EXISTS (SELECT FROM entities k WHERE k.canonical_id = :canonical_id)
ON CONFLICT (canonical_id) DO UPDATE SET
  name = EXCLUDED.name, symbol = EXCLUDED.symbol, entity_type = EXCLUDED.entity_type, sector = EXCLUDED.sector
WHERE e.edited_at IS NULL
  AND (e.name, e.symbol, e.entity_type, e.sector)
    IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.symbol, EXCLUDED.entity_type, EXCLUDED.sector)
