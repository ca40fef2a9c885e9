-- Takes the next free instant of a vendor account, for every process that shares this database: never before the slot
-- that was given before plus the gap, and at most the tolerance in the past, so that a short hiccup is made up for.
-- Out: the microseconds to wait, by the database's clock.
INSERT INTO pace AS p (account, next_slot)
VALUES (:account, clock_timestamp() + make_interval(secs => :gap))
ON CONFLICT (account) DO UPDATE
  SET next_slot = greatest(p.next_slot, clock_timestamp() - make_interval(secs => :tolerance)) + make_interval(secs => :gap)
RETURNING (extract(epoch FROM next_slot - make_interval(secs => :gap) - clock_timestamp()) * 1e6)::int8
