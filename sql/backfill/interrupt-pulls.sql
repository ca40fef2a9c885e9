UPDATE pulls SET status = 'interrupted', finished_at = :now, notes = 'the process ended in the middle of backfill ' || :backfill
WHERE backfill_id = :backfill AND status = 'running'
