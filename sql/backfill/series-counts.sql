-- Each series of a source whose metric has a history, with how many settled values it has in the time, whether anything in it is known
-- to be empty or still open, and where the same series by the hour begins. Counted on the key alone; series_state's total
-- cannot see what was deleted by hand.
SELECT s.series_id, s.metric, s.asset, s.exchange, s.product, s.granularity, z.first_ts, z.last_ts,
       s.silent_since IS NOT NULL AS silent, m.settling_hours,
       (SELECT count(*) FROM observation o WHERE o.series_id = s.series_id AND o.ts >= :from AND o.ts < t.settled) AS present,
       EXISTS (SELECT FROM series_empty e WHERE e.series_id = s.series_id AND e.empty && tstzrange(:from, :to)) AS has_empty,
       EXISTS (SELECT FROM observation o
               WHERE o.series_id = s.series_id AND o.open AND o.ts >= :from AND o.ts < t.settled) AS has_open,
       h.first_ts AS hours_from
FROM series s
JOIN series_state z USING (series_id)
JOIN metric m ON m.source = s.source AND m.metric = s.metric AND m.reread_hours IS NOT NULL
CROSS JOIN LATERAL (
  SELECT least(:to::timestamptz, date_trunc(s.granularity, :now::timestamptz - make_interval(hours => m.settling_hours), 'UTC')) AS settled
) AS t
LEFT JOIN series hs ON s.granularity = 'day' AND hs.granularity = 'hour' AND hs.source = s.source AND hs.metric = s.metric
  AND hs.asset = s.asset AND hs.exchange = s.exchange AND hs.product = s.product
LEFT JOIN series_state h ON h.series_id = hs.series_id
WHERE s.source = :source
