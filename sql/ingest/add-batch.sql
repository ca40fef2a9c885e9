INSERT INTO batch (batch_id, source, pull_id, window_id, committed_at)
VALUES (:batch, :source, :pull, :window, coalesce(:now::timestamptz, clock_timestamp()))
