-- For whoever holds the order's lock: its run has died.
UPDATE backfill SET state = 'interrupted', ended_at = :now, notes = 'the process ended in the middle of it'
WHERE backfill_id = :backfill AND state = 'running'
