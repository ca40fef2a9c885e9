-- In the transaction that stores its rows.
WITH owner AS (
  UPDATE backfill SET seen_at = clock_timestamp() WHERE backfill_id = :backfill AND run = :run AND state = 'running'
  RETURNING backfill_id
)
UPDATE backfill_window w
SET state = :state, requests = w.requests + :requests, received = :received, new_rows = w.new_rows + :new,
    changed_rows = w.changed_rows + :changed, unchanged_rows = :unchanged, ended_at = :now, error = :error
FROM owner
WHERE w.window_id = :window AND w.backfill_id = owner.backfill_id AND w.state = 'running'
