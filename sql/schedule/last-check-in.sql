SELECT last_checkin_time FROM qrtz_scheduler_state WHERE sched_name = :scheduler AND instance_name = :daemon
