DELETE FROM not_offered n
USING unnest(:assets::text[], :metrics::text[]) AS u(a, m)
WHERE n.source = :source AND n.asset = u.a AND n.metric = u.m
