UPDATE pulls
SET status = :status, finished_at = :now, records_count = :new + :changed, new_rows = :new, changed_rows = :changed,
    unchanged_rows = :unchanged, requests = :requests, failed = :failed, expected = :expected, received = :received,
    notes = :notes
WHERE pull_id = :pull
