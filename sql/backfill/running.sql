SELECT backfill_id FROM backfill WHERE state = 'running' AND seen_at < clock_timestamp() - make_interval(secs => :silent)
