UPDATE series s SET silent_since = NULL
FROM unnest(:assets::text[], :metrics::text[], :exchanges::text[]) AS u(a, m, e)
WHERE s.source = :source AND s.asset = u.a AND s.metric = u.m AND s.exchange = u.e AND s.silent_since IS NOT NULL
