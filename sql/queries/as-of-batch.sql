-- The last batch of a source that was committed by a moment. One that was committed at that very moment counts.
SELECT b.batch_id, b.committed_at
FROM batch b
WHERE b.source = :source AND b.committed_at <= :moment
ORDER BY b.committed_at DESC, b.batch_id DESC
LIMIT 1
