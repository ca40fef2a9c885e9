INSERT INTO backfill_window (backfill_id, place, answer, subject, assets, metrics, exchange, granularity, from_ts, to_ts)
VALUES (:backfill, :place, :answer, :subject, :assets, :metrics, :exchange, :granularity, :from, :to)
