INSERT INTO batch (source, pull_id, window_id) VALUES (:source, :pull, :window) RETURNING batch_id
