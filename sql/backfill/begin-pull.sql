INSERT INTO pulls (source_name, pulled_at, kind, status, backfill_id)
VALUES (:source, :now, :kind, 'running', :backfill) RETURNING pull_id
