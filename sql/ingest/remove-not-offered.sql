DELETE FROM not_offered n
USING unnest(:assets::text[], :metrics::text[], :exchanges::text[]) AS u(a, m, e)
WHERE n.source = :source AND n.asset = u.a AND n.metric = u.m AND n.exchange = u.e
