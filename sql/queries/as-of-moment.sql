-- The moment that is meant: the one that was asked for, or the present if that lies ahead. A batch has its time a little before
-- it is committed; so where the moment is less than an hour ago, whoever is writing this source now is waited for, by the lock
-- that writers take, for five seconds at the most. Whoever comes later commits after the moment.
SELECT m.moment,
       CASE WHEN m.moment > m.now - interval '1 hour'
            THEN pg_advisory_xact_lock_shared(hashtextextended('caravan.store.' || :source, 0))::text END AS waited
FROM (SELECT c.now, least(:as_of::timestamptz, c.now) AS moment, set_config('lock_timeout', '5000', true) AS bound
      FROM (SELECT coalesce(:now::timestamptz, clock_timestamp()) AS now OFFSET 0) AS c OFFSET 0) AS m
WHERE m.bound IS NOT NULL
