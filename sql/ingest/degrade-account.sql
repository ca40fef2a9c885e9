-- The vendor is not well: everybody's slots are wider until it has passed. The slot that was given last is widened as
-- well, so that no window from now on holds more than the degraded rate permits.
-- Out: whether this is the beginning; else what had begun goes on for longer.
INSERT INTO pace AS p (account, next_slot, degraded_since, degraded_until)
VALUES (:account, now(), now(), now() + make_interval(secs => :duration))
ON CONFLICT (account) DO UPDATE
  SET next_slot = p.next_slot + make_interval(secs => CASE WHEN p.degraded_until > now() THEN 0 ELSE :wider END),
    degraded_since = CASE WHEN p.degraded_until > now() THEN p.degraded_since ELSE now() END,
    degraded_until = greatest(p.degraded_until, now() + make_interval(secs => :duration))
RETURNING degraded_since = now()
