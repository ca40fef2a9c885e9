UPDATE backfill SET planned = true WHERE backfill_id = :backfill AND run = :run AND state = 'running'
