UPDATE backfill_window SET state = 'pending', requests = requests + :requests WHERE window_id = :window AND state = 'running'
