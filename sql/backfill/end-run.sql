UPDATE backfill SET state = :state, ended_at = :now, notes = :notes
WHERE backfill_id = :backfill AND run = :run AND state = 'running'
