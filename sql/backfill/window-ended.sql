-- Whether a window has ended so in an order that is still this run's.
SELECT EXISTS (SELECT FROM backfill_window w JOIN backfill b USING (backfill_id)
               WHERE w.window_id = :window AND w.state = :state AND b.backfill_id = :backfill AND b.run = :run AND b.state = 'running')
