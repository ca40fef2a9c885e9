INSERT INTO backfill (source, kind, from_ts, to_ts, assets, metrics, exchanges, granularity, policy, oldest_first, ordered_by,
                      ordered_at, state)
VALUES (:source, :kind, :from, :to, :assets, :metrics, :exchanges, :granularity, :policy, :oldest_first, :ordered_by, :now,
        'queued')
RETURNING backfill_id
