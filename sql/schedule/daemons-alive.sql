SELECT name FROM daemon WHERE seen_at > now() - make_interval(secs => :silence) ORDER BY started_at, name
