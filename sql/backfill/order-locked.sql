-- Whether anybody holds the lock of lock-order.sql. The server lists the two halves of its key apart.
SELECT EXISTS (SELECT FROM pg_locks, hashtextextended('caravan.backfill.' || :backfill, 0) AS key
               WHERE locktype = 'advisory' AND objsubid = 1 AND granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                 AND (classid::int8 << 32) | objid::int8 = key)
