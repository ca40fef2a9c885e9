-- When each asset's history was last read whole: by a window of more than a year.
SELECT a.asset, max(w.ended_at) AS read_at
FROM backfill_window w
JOIN backfill b USING (backfill_id)
CROSS JOIN LATERAL unnest(w.assets) AS a(asset)
WHERE b.source = :source AND w.state = 'done' AND w.to_ts - w.from_ts > interval '1 year'
GROUP BY a.asset
