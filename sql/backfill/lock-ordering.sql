-- Several daemons that would give the same order see each other's.
SELECT pg_advisory_xact_lock(hashtextextended('caravan.order.' || :source || '.' || :kind, 0))
