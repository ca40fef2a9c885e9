-- The public surface for people who ask in SQL, under the names that the Python original gave it.
-- All days are UTC days, whatever the session's time zone. A filter on entity, source, asset, metric or venue reaches the
-- series in every one of these views: the observations of other series are not read.

DROP VIEW IF EXISTS v_derivatives_summary, v_entity_comparison, v_entity_venues, v_entity_metrics, v_metrics_daily, v_series,
  v_latest_metrics, v_normalized_metrics, metrics, v_observations;

-- Every observation with all that is known about it; the views below choose from its columns. bucket is the start of the
-- bucket that the value is served under, in UTC: a level that is taken at the start of a bucket is the close of the one
-- before. A source's coin that is a multiple of the entity's is brought to one of the entity's.
CREATE VIEW v_observations AS
SELECT o.series_id, o.ts AS pulled_at,
       (o.ts AT TIME ZONE 'UTC') - CASE WHEN c.kind = 'level' AND c.stamp = 'start' THEN ('1 ' || s.granularity)::interval
                                        ELSE interval '0' END AS bucket,
       s.source, s.asset, s.metric AS source_metric, coalesce(c.canonical, s.metric) AS metric_name,
       s.exchange, s.product, s.granularity,
       o.value AS source_value,
       CASE WHEN i.multiple <> 1 AND c.per_coin THEN o.value / i.multiple
            WHEN i.multiple <> 1 AND c.unit = 'coins' THEN o.value * i.multiple
            ELSE o.value END AS value,
       o.open IS NOT TRUE AS closed,
       c.unit, c.kind, coalesce(c.daily, 'last') AS daily,
       CASE WHEN e.entity_type IN ('equity', 'etf') OR s.source = 'alphavantage' THEN 'equity' ELSE 'crypto' END AS domain,
       e.entity_id, e.canonical_id, e.name, e.symbol, e.entity_type, e.sector
FROM observation o
JOIN series s USING (series_id)
LEFT JOIN metric c ON c.source = s.source AND c.metric = s.metric
LEFT JOIN entity_source_ids i ON i.source = s.source AND i.source_id = s.asset AND o.ts >= i.valid_from AND o.ts < i.valid_to
LEFT JOIN entities e ON e.canonical_id = i.canonical_id;

-- Every value as its source gave it, under the source's own names.
CREATE VIEW metrics AS
SELECT pulled_at, source, asset, source_metric AS metric_name, source_value AS value, domain, exchange, entity_id, granularity,
       (pulled_at AT TIME ZONE 'UTC')::date AS metric_date, closed, product
FROM v_observations;

-- Every source's metric under its canonical name, on the day that it is served under. A metric that the catalogue does not
-- know keeps its own name, and has no kind.
CREATE VIEW v_normalized_metrics AS
SELECT pulled_at, source, asset, metric_name, source_metric, value, unit, kind, domain, exchange, entity_id, granularity,
       bucket::date AS metric_date, closed, product
FROM v_observations;

CREATE VIEW v_latest_metrics AS
SELECT s.source, s.asset, s.metric AS metric_name, s.exchange, s.granularity, z.last_value AS value, z.last_ts AS pulled_at,
       i.canonical_id, o.open IS NOT TRUE AS closed, s.product, coalesce(c.canonical, s.metric) AS canonical_metric, c.unit
FROM series s
JOIN series_state z USING (series_id)
LEFT JOIN observation o ON o.series_id = s.series_id AND o.ts = z.last_ts
LEFT JOIN metric c ON c.source = s.source AND c.metric = s.metric
LEFT JOIN entity_source_ids i ON i.source = s.source AND i.source_id = s.asset
  AND z.last_ts >= i.valid_from AND z.last_ts < i.valid_to;

-- Every series under its canonical name, once for each time in which its id meant one entity, and for each in which it meant
-- none. shift brings an instant to the start of the bucket that its value is served under; one of the source's coins is
-- multiple of the entity's.
CREATE VIEW v_series AS
SELECT s.series_id, s.source, s.asset, coalesce(c.canonical, s.metric) AS metric_name, s.metric AS source_metric,
       s.exchange, s.product, s.granularity, c.unit, c.kind, coalesce(c.daily, 'last') AS daily,
       CASE WHEN c.kind = 'level' AND c.stamp = 'start' THEN ('1 ' || s.granularity)::interval ELSE interval '0' END AS shift,
       coalesce(c.per_coin, false) AS per_coin, coalesce(p.multiple, 1) AS multiple,
       p.canonical_id, coalesce(p.valid_from, '-infinity') AS valid_from, coalesce(p.valid_to, 'infinity') AS valid_to,
       z.n, z.first_ts, z.last_ts
FROM series s
JOIN series_state z USING (series_id)
LEFT JOIN metric c ON c.source = s.source AND c.metric = s.metric
LEFT JOIN (SELECT source, source_id, canonical_id, valid_from, valid_to, multiple FROM entity_source_ids
           UNION ALL
           SELECT source, source_id, NULL, '-infinity', min(valid_from), 1 FROM entity_source_ids
           GROUP BY source, source_id
           HAVING min(valid_from) > '-infinity'
           UNION ALL
           SELECT source, source_id, NULL, valid_to, next_from, 1
           FROM (SELECT source, source_id, valid_to,
                        lead(valid_from, 1, 'infinity') OVER (PARTITION BY source, source_id ORDER BY valid_from) AS next_from
                 FROM entity_source_ids) AS mapping
           WHERE next_from > valid_to) AS p ON p.source = s.source AND p.source_id = s.asset;

-- Days, one row a source, asset, metric and venue. Where the source has the day itself, that is the day; else its hours make
-- it, in the way that the catalogue names: their sum, mean, first, last, greatest or least value. closed says that the day
-- is over and whole: nothing in it is open, and its last hour is there or the series has gone on.
CREATE VIEW v_metrics_daily AS
SELECT d.metric_date, s.source, s.asset, s.metric_name, s.source_metric, s.exchange, e.entity_id,
       CASE WHEN s.multiple <> 1 AND s.per_coin THEN d.value / s.multiple
            WHEN s.multiple <> 1 AND s.unit = 'coins' THEN d.value * s.multiple
            ELSE d.value END AS value, d.points,
       d.closed AND (s.granularity = 'day' OR d.last_bucket >= d.metric_date + interval '23 hours'
                     OR (s.last_ts AT TIME ZONE 'UTC') - s.shift >= d.metric_date + interval '1 day') AS closed,
       s.canonical_id, s.product, s.unit, s.kind, s.daily
FROM v_series s
LEFT JOIN entities e ON e.canonical_id = s.canonical_id
-- The same series by the day, beside one by the hour.
LEFT JOIN series b ON s.granularity = 'hour' AND b.granularity = 'day' AND b.source = s.source AND b.metric = s.source_metric
  AND b.asset = s.asset AND b.exchange = s.exchange AND b.product = s.product
CROSS JOIN LATERAL (
  SELECT ((o.ts AT TIME ZONE 'UTC') - s.shift)::date AS metric_date,
         CASE s.daily WHEN 'sum' THEN sum(o.value)
                      WHEN 'mean' THEN avg(o.value)
                      WHEN 'max' THEN max(o.value)
                      WHEN 'min' THEN min(o.value)
                      WHEN 'first' THEN (array_agg(o.value ORDER BY o.ts))[1]
                      ELSE (array_agg(o.value ORDER BY o.ts))[count(*)] END AS value,
         count(*) AS points, bool_and(o.open IS NOT TRUE) AS closed, max((o.ts AT TIME ZONE 'UTC') - s.shift) AS last_bucket
  FROM observation o
  WHERE o.series_id = s.series_id AND o.ts >= s.valid_from AND o.ts < s.valid_to
  GROUP BY 1) AS d
-- Not NOT EXISTS, which the planner may answer by reading all observations into a table of its own.
WHERE b.series_id IS NULL
   OR (SELECT x.value FROM observation x
       WHERE x.series_id = b.series_id
         AND x.ts = (d.metric_date + CASE WHEN s.shift > interval '0' THEN interval '1 day'
                                          ELSE interval '0' END) AT TIME ZONE 'UTC') IS NULL;

CREATE VIEW v_entity_metrics AS
SELECT canonical_id, name, symbol, entity_type, sector, source, asset, metric_name, source_metric, exchange, granularity,
       pulled_at, value, unit, bucket::date AS metric_date, closed, product
FROM v_observations
WHERE canonical_id IS NOT NULL;

-- Which of its metrics and venues speaks for a source about an entity: the preferred metric and the preferred venue of the
-- catalogue where the source has them, else the first by name. One choice for the whole of time, so that no series jumps
-- from venue to venue.
CREATE VIEW v_entity_venues AS
SELECT DISTINCT ON (i.canonical_id, s.source, coalesce(c.canonical, s.metric))
       i.canonical_id, s.source, coalesce(c.canonical, s.metric) AS metric_name, s.metric AS source_metric, s.exchange, s.product
FROM series s
JOIN series_state z USING (series_id)
JOIN entity_source_ids i ON i.source = s.source AND i.source_id = s.asset
LEFT JOIN metric c ON c.source = s.source AND c.metric = s.metric
ORDER BY i.canonical_id, s.source, coalesce(c.canonical, s.metric), c.preferred DESC NULLS LAST, s.metric,
         s.exchange = c.venue DESC NULLS LAST, s.exchange, s.product;

-- What the sources say about one entity, metric and day, each at one venue. closed: the day is over and whole at all of them.
CREATE VIEW v_entity_comparison AS
SELECT canonical_id, metric_name, metric_date, jsonb_object_agg(source, value) AS by_source,
       count(*) AS sources, min(value) AS lowest, max(value) AS highest,
       jsonb_object_agg(source, exchange) AS venues, bool_and(closed) AS closed
FROM (SELECT DISTINCT ON (d.canonical_id, d.metric_name, d.metric_date, d.source) d.*
      FROM v_metrics_daily d
      JOIN v_entity_venues v USING (canonical_id, source, metric_name, source_metric, exchange, product)
      ORDER BY d.canonical_id, d.metric_name, d.metric_date, d.source, d.asset) AS chosen
GROUP BY canonical_id, metric_name, metric_date;

CREATE VIEW v_derivatives_summary AS
SELECT i.canonical_id, s.asset, s.exchange, s.source,
       max(z.last_value / CASE WHEN c.per_coin THEN coalesce(i.multiple, 1) ELSE 1 END)
         FILTER (WHERE c.canonical = 'PRICE') AS price,
       max(z.last_value) FILTER (WHERE c.canonical = 'OPEN_INTEREST') AS open_interest,
       max(z.last_value) FILTER (WHERE c.canonical = 'FUNDING_RATE') AS funding_rate,
       max(z.last_ts) AS pulled_at, s.product
FROM series s
JOIN series_state z USING (series_id)
JOIN metric c ON c.source = s.source AND c.metric = s.metric
LEFT JOIN entity_source_ids i ON i.source = s.source AND i.source_id = s.asset
  AND z.last_ts >= i.valid_from AND z.last_ts < i.valid_to
WHERE s.exchange <> ''
GROUP BY i.canonical_id, s.asset, s.exchange, s.source, s.product;

-- What was believed of a source at a moment: the values that its last batch by then left, one row a series and bucket. A filter
-- on series, metric or time reaches the observations. Values that were open then and have been replaced since are not kept.
DROP FUNCTION IF EXISTS observations_as_of(text, timestamptz);
CREATE FUNCTION observations_as_of(of_source text, moment timestamptz)
RETURNS TABLE (series_id int4, asset text, metric text, exchange text, product text, granularity text, ts timestamptz,
               value float8, closed boolean)
LANGUAGE sql STABLE AS $$
  SELECT s.series_id, s.asset, s.metric, s.exchange, s.product, s.granularity, v.ts, v.value, v.closed
  FROM series s
  CROSS JOIN LATERAL (
    SELECT o.ts, o.value, o.open IS NOT TRUE AS closed
    FROM observation o
    WHERE o.series_id = s.series_id
      AND o.batch_id <= (SELECT b.batch_id FROM batch b WHERE b.source = of_source AND b.committed_at <= moment
                         ORDER BY b.committed_at DESC, b.batch_id DESC LIMIT 1)
    UNION ALL
    SELECT r.ts, r.value, true
    FROM observation_revision r
    WHERE r.series_id = s.series_id
      AND int4range(r.batch_from, r.batch_to)
          @> (SELECT b.batch_id FROM batch b WHERE b.source = of_source AND b.committed_at <= moment
              ORDER BY b.committed_at DESC, b.batch_id DESC LIMIT 1)) AS v
  WHERE s.source = of_source
$$;
