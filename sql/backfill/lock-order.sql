-- Whoever holds it runs the order; PostgreSQL releases it when the process dies, however it dies.
SELECT pg_try_advisory_lock(hashtextextended('caravan.backfill.' || ?, 0))
