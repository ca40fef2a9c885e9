-- Nothing is taken by a run that another one has followed, or that has been told to pause.
UPDATE backfill_window w
SET state = 'running', attempts = w.attempts + 1, begun_at = :now, error = NULL
FROM backfill b
WHERE w.window_id = :window AND b.backfill_id = w.backfill_id AND b.run = :run AND b.state = 'running' AND b.wanted = 'run'
