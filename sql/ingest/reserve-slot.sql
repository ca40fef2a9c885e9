-- Takes the next free instant of a vendor account, for every process that shares this database: never before the slot
-- that was given before plus the gap, and at most the tolerance in the past, so that a short hiccup is made up for. While
-- the account is degraded, gap and tolerance are those of its degraded rate.
-- Out: the microseconds to wait, by the database's clock; for how many more the account is degraded, 0 when it is not.
INSERT INTO pace AS p (account, next_slot)
VALUES (:account, clock_timestamp() + make_interval(secs => :gap))
ON CONFLICT (account) DO UPDATE
  SET next_slot = CASE WHEN p.degraded_until > now()
    THEN greatest(p.next_slot, clock_timestamp() - make_interval(secs => :degraded_tolerance))
      + make_interval(secs => :degraded_gap)
    ELSE greatest(p.next_slot, clock_timestamp() - make_interval(secs => :tolerance)) + make_interval(secs => :gap)
  END
-- now() stands still within the statement: the width that was added above is the one that is taken off here.
RETURNING (extract(epoch FROM next_slot - clock_timestamp()
    - make_interval(secs => CASE WHEN degraded_until > now() THEN :degraded_gap ELSE :gap END)) * 1e6)::int8 AS wait,
  coalesce(greatest(0, (extract(epoch FROM degraded_until - now()) * 1e6)::int8), 0) AS degraded_for
