INSERT INTO pulls (source_name, pulled_at, status) VALUES (:source, :now, 'running') RETURNING pull_id
