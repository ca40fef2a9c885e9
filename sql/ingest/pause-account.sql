-- The vendor asked for silence: nobody gets a slot before it has passed.
INSERT INTO pace AS p (account, next_slot)
VALUES (:account, clock_timestamp() + make_interval(secs => :pause))
ON CONFLICT (account) DO UPDATE SET next_slot = greatest(p.next_slot, clock_timestamp() + make_interval(secs => :pause))
