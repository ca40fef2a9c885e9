DELETE FROM schedule_slot WHERE source = :source AND slot < now() - make_interval(secs => :kept)
