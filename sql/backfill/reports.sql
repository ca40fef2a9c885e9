-- How orders stand; what is under way first, then the newest.
SELECT b.*, w.*,
       (SELECT count(*) FROM backfill_window x
        WHERE x.backfill_id = b.backfill_id AND x.ended_at >= b.begun_at AND x.state IN ('done', 'refused', 'failed')) AS ended_in_run,
       (SELECT x.error FROM backfill_window x
        WHERE x.backfill_id = b.backfill_id AND x.error IS NOT NULL AND x.state IN ('failed', 'pending', 'running')
        ORDER BY x.ended_at DESC NULLS LAST LIMIT 1) AS last_error
FROM backfill b
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE state <> 'halved') AS windows,
         count(*) FILTER (WHERE state IN ('done', 'refused')) AS windows_done,
         count(*) FILTER (WHERE state = 'refused') AS windows_refused,
         count(*) FILTER (WHERE state = 'failed') AS windows_failed,
         count(*) FILTER (WHERE state = 'running') AS windows_running,
         coalesce(sum(requests), 0) AS requests, coalesce(sum(received), 0) AS received, coalesce(sum(new_rows), 0) AS new_rows,
         coalesce(sum(changed_rows), 0) AS changed_rows, coalesce(sum(unchanged_rows), 0) AS unchanged_rows,
         min(from_ts) AS earliest, max(to_ts) AS latest
  FROM backfill_window x WHERE x.backfill_id = b.backfill_id) AS w
WHERE (:source::text IS NULL OR b.source = :source) AND (:backfill::int4 IS NULL OR b.backfill_id = :backfill)
ORDER BY b.state = 'running' DESC, b.backfill_id DESC
LIMIT :limit
