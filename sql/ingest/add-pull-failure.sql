INSERT INTO pull_failures (pull_id, request, reason, http_status, attempts, failed_at)
VALUES (:pull, :request, :reason, nullif(:status, 0), :attempts, :at)
