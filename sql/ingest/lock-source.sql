-- One writer a source at a time; held until the batch's transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('caravan.store.' || :source, 0))
