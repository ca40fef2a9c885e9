-- The public surface for people who ask in SQL, under the names that the Python original gave it.
-- All days are UTC days, whatever the session's time zone.

DROP VIEW IF EXISTS v_derivatives_summary, v_entity_comparison, v_entity_metrics, v_metrics_daily, v_latest_metrics,
  v_normalized_metrics, metrics;

CREATE VIEW metrics AS
SELECT o.ts AS pulled_at, s.source, s.asset, s.metric AS metric_name, o.value,
       CASE WHEN e.entity_type IN ('equity', 'etf') OR s.source = 'alphavantage' THEN 'equity' ELSE 'crypto' END AS domain,
       s.exchange, e.entity_id, s.granularity, (o.ts AT TIME ZONE 'UTC')::date AS metric_date,
       o.open IS NOT TRUE AS closed
FROM observation o
JOIN series s USING (series_id)
LEFT JOIN entity_source_ids i ON i.source = s.source AND i.source_id = s.asset AND o.ts >= i.valid_from AND o.ts < i.valid_to
LEFT JOIN entities e ON e.canonical_id = i.canonical_id;

-- Every source's metric under its canonical name. A metric that the catalogue does not know keeps its own.
CREATE VIEW v_normalized_metrics AS
SELECT m.pulled_at, m.source, m.asset, coalesce(c.canonical, m.metric_name) AS metric_name, m.metric_name AS source_metric,
       m.value, c.unit, c.kind, m.domain, m.exchange, m.entity_id, m.granularity, m.metric_date
FROM metrics m
LEFT JOIN metric c ON c.source = m.source AND c.metric = m.metric_name;

CREATE VIEW v_latest_metrics AS
SELECT s.source, s.asset, s.metric AS metric_name, s.exchange, s.granularity, z.last_value AS value, z.last_ts AS pulled_at,
       i.canonical_id
FROM series s
JOIN series_state z USING (series_id)
LEFT JOIN entity_source_ids i ON i.source = s.source AND i.source_id = s.asset
  AND z.last_ts >= i.valid_from AND z.last_ts < i.valid_to;

-- Days by metric kind: flows are summed, levels take the day's last value, rates and ratios the mean. A level that is
-- stamped at the start of its day is the close of the day before.
CREATE VIEW v_metrics_daily AS
SELECT (n.pulled_at AT TIME ZONE 'UTC' - CASE WHEN c.kind = 'level' AND c.stamp = 'start' THEN interval '1 day'
                                               ELSE interval '0' END)::date AS metric_date,
       n.source, n.asset, n.metric_name, n.source_metric, n.exchange, n.entity_id,
       CASE coalesce(c.kind, 'level')
         WHEN 'flow' THEN sum(n.value)
         WHEN 'level' THEN (array_agg(n.value ORDER BY n.pulled_at DESC))[1]
         ELSE avg(n.value)
       END AS value,
       count(*) AS points
FROM v_normalized_metrics n
LEFT JOIN metric c ON c.source = n.source AND c.metric = n.source_metric
GROUP BY 1, 2, 3, 4, 5, 6, 7, c.kind;

CREATE VIEW v_entity_metrics AS
SELECT e.canonical_id, e.name, e.symbol, e.entity_type, e.sector, n.source, n.asset, n.metric_name, n.source_metric,
       n.exchange, n.granularity, n.pulled_at, n.value, n.unit
FROM v_normalized_metrics n
JOIN entities e USING (entity_id);

CREATE VIEW v_entity_comparison AS
SELECT e.canonical_id, d.metric_name, d.metric_date, jsonb_object_agg(d.source, d.value) AS by_source,
       count(*) AS sources, min(d.value) AS lowest, max(d.value) AS highest
FROM (SELECT DISTINCT ON (entity_id, metric_name, metric_date, source) *
      FROM v_metrics_daily WHERE entity_id IS NOT NULL
      ORDER BY entity_id, metric_name, metric_date, source, exchange) d
JOIN entities e USING (entity_id)
GROUP BY 1, 2, 3;

CREATE VIEW v_derivatives_summary AS
SELECT l.canonical_id, l.asset, l.exchange, l.source,
       max(l.value) FILTER (WHERE c.canonical = 'PRICE') AS price,
       max(l.value) FILTER (WHERE c.canonical = 'OPEN_INTEREST') AS open_interest,
       max(l.value) FILTER (WHERE c.canonical = 'FUNDING_RATE') AS funding_rate,
       max(l.pulled_at) AS pulled_at
FROM v_latest_metrics l
JOIN metric c ON c.source = l.source AND c.metric = l.metric_name
WHERE l.exchange <> ''
GROUP BY 1, 2, 3, 4;
