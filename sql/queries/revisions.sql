-- Values that were replaced, of some series, the newest first: when each was believed, and what was believed then. Of each
-- series no more than asked for are read, by the key.
SELECT n.ts, n.value, s.source, s.asset, s.metric, s.exchange, s.product, s.granularity, c.unit,
       f.committed_at AS believed_from, t.committed_at AS believed_to,
       coalesce((SELECT x.value FROM observation_revision x
                 WHERE x.series_id = n.series_id AND x.ts = n.ts AND x.batch_to > n.batch_to
                 ORDER BY x.batch_to LIMIT 1),
                (SELECT o.value FROM observation o WHERE o.series_id = n.series_id AND o.ts = n.ts)) AS replaced_by
FROM (SELECT r.series_id, r.ts, r.value, r.batch_from, r.batch_to
      FROM unnest(:series::int4[]) AS u(series_id)
      CROSS JOIN LATERAL (SELECT x.series_id, x.ts, x.value, x.batch_from, x.batch_to
                          FROM observation_revision x
                          WHERE x.series_id = u.series_id AND x.ts >= :from AND x.ts < :to
                          ORDER BY x.ts DESC, x.batch_to DESC
                          LIMIT :limit) AS r
      ORDER BY r.ts DESC, r.batch_to DESC, r.series_id
      LIMIT :limit) AS n
JOIN series s USING (series_id)
LEFT JOIN metric c ON c.source = s.source AND c.metric = s.metric
LEFT JOIN batch f ON f.batch_id = n.batch_from
LEFT JOIN batch t ON t.batch_id = n.batch_to
ORDER BY n.ts DESC, n.batch_to DESC, n.series_id
