INSERT INTO entities AS e (canonical_id, name, symbol, entity_type, sector)
VALUES (:canonical_id, :name, nullif(:symbol, ''), :type, :sector)
ON CONFLICT (canonical_id) DO UPDATE SET
  name = EXCLUDED.name, symbol = EXCLUDED.symbol, entity_type = EXCLUDED.entity_type, sector = EXCLUDED.sector
WHERE e.edited_at IS NULL
  AND (e.name, e.symbol, e.entity_type, e.sector)
    IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.symbol, EXCLUDED.entity_type, EXCLUDED.sector)
