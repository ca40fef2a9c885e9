-- One order of a kind runs at a time at each source.
SELECT pg_try_advisory_lock(hashtextextended('caravan.backfill.' || ? || '.' || ?, 0))
