SELECT pull_id, source_name AS source, kind, status, pulled_at AS last_pull, finished_at, records_count, new_rows, changed_rows,
       unchanged_rows, requests, failed, expected, received, notes
FROM pulls
ORDER BY pulled_at DESC, pull_id DESC
LIMIT :limit
