-- What other orders will ask when they go on.
SELECT w.assets, w.metrics, w.exchange, w.granularity, extract(epoch FROM w.from_ts)::int8 AS first_second,
       extract(epoch FROM w.to_ts)::int8 AS end_second
FROM backfill_window w JOIN backfill b USING (backfill_id)
WHERE b.source = :source AND b.backfill_id <> :backfill AND w.state IN ('pending', 'running', 'failed')
  AND b.state IN ('queued', 'running', 'paused', 'interrupted', 'failed', 'partial')
