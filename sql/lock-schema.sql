-- One process at a time looks at the schema: two that find it empty would both begin its history.
SET lock_timeout = '60s';
SELECT pg_advisory_lock(hashtextextended('caravan.schema', 0))
