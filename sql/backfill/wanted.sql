SELECT wanted, state, run FROM backfill WHERE backfill_id = :backfill
