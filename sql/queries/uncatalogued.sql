-- Metrics that have data and that the catalogue does not know.
SELECT DISTINCT s.source, s.metric
FROM series s
JOIN series_state z USING (series_id)
WHERE NOT EXISTS (SELECT FROM metric c WHERE c.source = s.source AND c.metric = s.metric)
ORDER BY s.source, s.metric
