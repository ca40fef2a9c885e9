SELECT pg_advisory_xact_lock(hashtextextended('caravan.catalogue', 0))
