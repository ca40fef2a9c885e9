-- The time of a batch is never before that of the source's batch before it, so that batches are in the same order by time as by
-- number, also where the server's clock was set back a little. One that was ahead by an hour or more was wrong, and does not
-- hold up those that follow.
INSERT INTO batch (batch_id, source, pull_id, window_id, committed_at)
SELECT :batch, :source, :pull, :window,
       greatest(c.now, (SELECT l.committed_at
                        FROM (SELECT b.committed_at FROM batch b WHERE b.source = :source ORDER BY b.batch_id DESC LIMIT 1) AS l
                        WHERE l.committed_at < c.now + interval '1 hour'))
FROM (SELECT coalesce(:now::timestamptz, clock_timestamp()) AS now) AS c
