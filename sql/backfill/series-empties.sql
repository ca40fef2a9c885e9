SELECT e.series_id, extract(epoch FROM lower(r))::int8 AS first_second, extract(epoch FROM upper(r))::int8 AS end_second
FROM series_empty e
CROSS JOIN LATERAL unnest(e.empty * tstzmultirange(tstzrange(:from, :to))) AS r
WHERE e.series_id = ANY (:series::int4[])
ORDER BY e.series_id, 2
