WITH forgotten AS (
  DELETE FROM daemon WHERE seen_at < now() - interval '1 day'
)
INSERT INTO daemon (name, started_at, seen_at) VALUES (:daemon, now(), now())
ON CONFLICT (name) DO UPDATE SET seen_at = now()
