SELECT window_id, place, answer, subject, assets, metrics, exchange, granularity, from_ts, to_ts, attempts
FROM backfill_window
WHERE backfill_id = :backfill AND state = 'pending'
ORDER BY place, window_id
LIMIT :limit
