-- Takes the next free instant of a vendor account, for every process that shares this database: never before the slot
-- that was given before plus the gap, and at most the tolerance in the past, so that a short hiccup is made up for. While
-- the account is degraded, gap and tolerance are those of its degraded rate.
-- A live request keeps the slots that follow for live ones, for half a gap and 50 ms after the next could be had: long
-- enough for the next request of a burst to say the same. A request of history gets none until that has passed.
-- Out: the microseconds to wait, by the database's clock; for how many more the account is degraded, 0 when it is not; for
-- how many more its slots are for live requests, 0 when they are for all; whether a slot was given.
INSERT INTO pace AS p (account, next_slot, live_until)
VALUES (:account, clock_timestamp() + make_interval(secs => :gap),
  CASE WHEN :live THEN clock_timestamp() + make_interval(secs => :gap * 1.5 + 0.05) END)
ON CONFLICT (account) DO UPDATE
  SET (next_slot, live_until) = (
    SELECT CASE WHEN NOT :live AND p.live_until > now() THEN p.next_slot ELSE following END,
      CASE WHEN :live THEN following + make_interval(secs => gap * 0.5 + 0.05) ELSE p.live_until END
    FROM (
      SELECT gap, greatest(p.next_slot, clock_timestamp() - make_interval(secs => tolerance))
        + make_interval(secs => gap) AS following
      FROM (VALUES (true, :degraded_gap, :degraded_tolerance), (false, :gap, :tolerance)) AS pace (degraded, gap, tolerance)
      WHERE degraded = coalesce(p.degraded_until > now(), false)) AS slot)
-- now() stands still within the statement: the width that was added above is the one that is taken off here, and a slot
-- was given by the same word.
RETURNING (extract(epoch FROM next_slot - clock_timestamp()
    - make_interval(secs => CASE WHEN degraded_until > now() THEN :degraded_gap ELSE :gap END)) * 1e6)::int8 AS wait,
  coalesce(greatest(0, (extract(epoch FROM degraded_until - now()) * 1e6)::int8), 0) AS degraded_for,
  coalesce(greatest(0, (extract(epoch FROM live_until - clock_timestamp()) * 1e6)::int8), 0) AS live_for,
  :live OR coalesce(live_until <= now(), true) AS given
