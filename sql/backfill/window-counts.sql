SELECT count(*) FILTER (WHERE state <> 'halved') AS windows,
       count(*) FILTER (WHERE state IN ('done', 'refused')) AS done,
       count(*) FILTER (WHERE state = 'refused') AS refused,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       count(*) FILTER (WHERE state IN ('pending', 'running')) AS left_over,
       coalesce(sum(received), 0) AS received
FROM backfill_window WHERE backfill_id = :backfill
