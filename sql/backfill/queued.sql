SELECT backfill_id, source, kind FROM backfill q
WHERE state = 'queued'
  AND NOT EXISTS (SELECT FROM backfill r WHERE r.source = q.source AND r.kind = q.kind AND r.state = 'running')
ORDER BY backfill_id
