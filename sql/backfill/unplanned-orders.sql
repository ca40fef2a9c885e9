SELECT count(*) FROM backfill
WHERE source = :source AND backfill_id <> :backfill AND kind = 'backfill' AND NOT planned
  AND state IN ('queued', 'running', 'paused', 'interrupted', 'failed')
