SELECT pg_try_advisory_lock(hashtextextended('caravan.pull.' || ?, 0))
