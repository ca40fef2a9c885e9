INSERT INTO not_offered AS n (source, asset, metric, exchange, reason, first_asked, last_asked)
SELECT :source, a, m, e, r, :now, :now
FROM unnest(:assets::text[], :metrics::text[], :exchanges::text[], :reasons::text[]) AS u(a, m, e, r)
ON CONFLICT (source, asset, metric, exchange) DO UPDATE SET reason = EXCLUDED.reason, last_asked = EXCLUDED.last_asked
WHERE n.last_asked < :stale
