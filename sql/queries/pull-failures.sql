SELECT request, reason, http_status, attempts, failed_at FROM pull_failures WHERE pull_id = :pull ORDER BY failed_at, request LIMIT :limit
