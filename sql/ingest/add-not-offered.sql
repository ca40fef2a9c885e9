INSERT INTO not_offered AS n (source, asset, metric, reason, first_asked, last_asked)
SELECT :source, a, m, r, :now, :now
FROM unnest(:assets::text[], :metrics::text[], :reasons::text[]) AS u(a, m, r)
ON CONFLICT (source, asset, metric) DO UPDATE SET reason = EXCLUDED.reason, last_asked = EXCLUDED.last_asked
WHERE n.last_asked < :stale
