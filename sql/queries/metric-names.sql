-- What a metric's name means: the sources' own names first, then the canonical one. Case does not matter.
WITH own AS (
  SELECT DISTINCT s.source, s.metric FROM series s
  WHERE s.metric = upper(:metric) AND (:source::text IS NULL OR s.source = :source)
  UNION
  SELECT c.source, c.metric FROM metric c
  WHERE c.metric = upper(:metric) AND (:source::text IS NULL OR c.source = :source)
)
SELECT o.source, o.metric, c.canonical, c.unit, c.kind, c.preferred, c.settling_hours
FROM own o LEFT JOIN metric c ON c.source = o.source AND c.metric = o.metric
UNION ALL
SELECT c.source, c.metric, c.canonical, c.unit, c.kind, c.preferred, c.settling_hours
FROM metric c
WHERE c.canonical = upper(:metric) AND (:source::text IS NULL OR c.source = :source) AND NOT EXISTS (SELECT FROM own)
ORDER BY 6 DESC NULLS LAST, 1, 2
