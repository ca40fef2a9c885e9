-- The next order of the kind asks what this one has left undone.
UPDATE backfill SET state = 'cancelled', ended_at = :now, notes = 'the next ' || kind || ' asks what it left undone'
WHERE source = :source AND kind = :kind AND state IN ('interrupted', 'failed', 'partial')
