SELECT * FROM backfill WHERE backfill_id = :backfill
