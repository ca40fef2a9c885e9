SELECT count(*) FROM backfill
WHERE source = :source AND kind = :kind AND (:ever OR state IN ('queued', 'running', 'paused'))
