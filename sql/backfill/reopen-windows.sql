-- What was under way when the last run ended, and what failed in it, is asked again.
UPDATE backfill_window SET state = 'pending'
WHERE backfill_id = :backfill AND state IN ('running', 'failed')
