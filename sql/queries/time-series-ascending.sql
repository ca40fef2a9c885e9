SELECT o.ts, o.value, o.open IS NULL AND :now >= o.ts + :bucket::interval + make_interval(hours => :settling) AS final
FROM observation o
WHERE o.series_id = :series AND o.ts >= :from AND o.ts < :to
ORDER BY o.ts ASC
LIMIT :limit
