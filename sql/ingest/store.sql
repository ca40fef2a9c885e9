-- Stores one batch. In: parallel arrays, sorted by series and time, no pair twice; the id of the batch, taken under the
-- source's lock; keep = true leaves ended values alone (backfills), false revises them (live pulls, tail refresh).
-- Out: rows written, of these new, of these changed in value.
--
-- Everything is fed from the anti-join, which already sees the old row: a repeated batch writes nothing, not even the
-- row locks that DO UPDATE .. WHERE takes. A value whose bucket was still open leaves no revision when it is replaced,
-- and never replaces one whose bucket had ended.
WITH u AS MATERIALIZED (
  SELECT s, to_timestamp(t) AS t, v, nullif(w, false) AS open
  FROM unnest(:series::int4[], :seconds::float8[], :values::float8[], :open::bool[]) AS u(s, t, v, w)
), inp AS MATERIALIZED (
  SELECT u.s, u.t, u.v, u.open, o.batch_id AS old_batch, o.value AS old_value, o.open AS old_open
  FROM u LEFT JOIN observation o ON o.series_id = u.s AND o.ts = u.t
  WHERE o.series_id IS NULL
     OR (o.open AND u.open IS NULL)
     OR (NOT :keep AND o.value IS DISTINCT FROM u.v AND NOT (o.open IS NULL AND u.open IS TRUE))
), up AS (
  INSERT INTO observation AS o (series_id, batch_id, ts, value, open)
  SELECT s, :batch, t, v, open FROM inp ORDER BY s, t
  ON CONFLICT (series_id, ts) DO UPDATE SET value = EXCLUDED.value, batch_id = EXCLUDED.batch_id, open = EXCLUDED.open
), rev AS (
  INSERT INTO observation_revision (series_id, batch_from, ts, batch_to, value)
  SELECT s, old_batch, t, :batch, old_value FROM inp
  WHERE old_batch IS NOT NULL AND old_open IS NULL AND old_value IS DISTINCT FROM v
  ON CONFLICT DO NOTHING
), st AS (
  INSERT INTO series_state AS z (series_id, n, first_ts, last_ts, last_value)
  SELECT s, count(*) FILTER (WHERE old_batch IS NULL), min(t), max(t), (array_agg(v ORDER BY t DESC))[1] FROM inp GROUP BY s
  ON CONFLICT (series_id) DO UPDATE SET
    n = z.n + EXCLUDED.n,
    first_ts = least(z.first_ts, EXCLUDED.first_ts),
    last_value = CASE WHEN EXCLUDED.last_ts >= z.last_ts THEN EXCLUDED.last_value ELSE z.last_value END,
    last_ts = greatest(z.last_ts, EXCLUDED.last_ts)
)
SELECT count(*) AS written,
       count(*) FILTER (WHERE old_batch IS NULL) AS new,
       count(*) FILTER (WHERE old_batch IS NOT NULL AND old_value IS DISTINCT FROM v) AS changed
FROM inp
