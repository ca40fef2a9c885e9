SELECT pg_advisory_unlock(hashtextextended('caravan.schema', 0));
RESET lock_timeout
