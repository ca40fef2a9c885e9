-- What was believed after a batch: values that stand since then or longer, and those that were replaced later. No bucket is
-- among both. Of each kind no more than asked for are read where the key allows it.
SELECT t.ts, t.value, t.open IS NULL AND :now >= t.ts + :bucket::interval + make_interval(hours => :settling) AS final
FROM ((SELECT o.ts, o.value, o.open
       FROM observation o
       WHERE o.series_id = :series AND o.ts >= :from AND o.ts < :to AND o.batch_id <= :batch
       ORDER BY o.ts DESC
       LIMIT :limit)
      UNION ALL
      (SELECT r.ts, r.value, NULL
       FROM observation_revision r
       WHERE r.series_id = :series AND r.ts >= :from AND r.ts < :to AND r.batch_from <= :batch AND r.batch_to > :batch
       ORDER BY r.ts DESC
       LIMIT :limit)) AS t
ORDER BY t.ts DESC
LIMIT :limit
