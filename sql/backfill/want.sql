-- A run sees it before its next window; an order that is not running is as it was told at once.
UPDATE backfill
SET wanted = :wanted,
    state = CASE WHEN state = 'running' THEN state WHEN :wanted = 'pause' THEN 'paused' WHEN :wanted = 'cancel' THEN 'cancelled' ELSE 'queued' END,
    ended_at = CASE WHEN state = 'running' OR :wanted = 'run' THEN ended_at ELSE :now END
WHERE backfill_id = :backfill AND state NOT IN ('done', 'cancelled')
