SELECT series_id, extract(epoch FROM ts)::int8 AS second, open IS TRUE AS open
FROM observation
WHERE series_id = ANY (:series::int4[]) AND ts >= :from AND ts < :to
ORDER BY series_id, ts
