INSERT INTO quarantine (source, pull_id, request, reason, fragment, received_at)
VALUES (:source, :pull, :request, :reason, :fragment, :at)
