-- What the daemon ordered at its start waits until the first pull has told which series there are.
SELECT backfill_id, source, kind FROM backfill q
WHERE state = 'queued'
  AND NOT EXISTS (SELECT FROM backfill r WHERE r.source = q.source AND r.kind = q.kind AND r.state = 'running')
  AND NOT (ordered_by = 'start'
           AND EXISTS (SELECT FROM pulls p WHERE p.source_name = q.source AND p.kind = 'live' AND p.status = 'running'))
ORDER BY backfill_id
