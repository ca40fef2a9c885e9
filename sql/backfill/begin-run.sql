UPDATE backfill
SET state = 'running', wanted = 'run', run = run + 1, begun_at = :now, seen_at = clock_timestamp(), ended_at = NULL, notes = NULL
WHERE backfill_id = :backfill AND state NOT IN ('done', 'cancelled')
RETURNING run
