DELETE FROM backfill_window WHERE backfill_id = :backfill
