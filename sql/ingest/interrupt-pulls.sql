-- Whoever holds the source's lock knows that a pull which is still called running has died with its process.
UPDATE pulls SET status = 'interrupted', finished_at = :now, notes = 'the process ended in the middle of the pull'
WHERE source_name = :source AND kind = 'live' AND status = 'running'
