-- A daemon that stops in good order hands back what it had taken up and not begun, so that the others need not find out.
WITH mine AS (
  DELETE FROM qrtz_fired_triggers WHERE sched_name = :scheduler AND instance_name = :daemon
  RETURNING trigger_name, trigger_group, state
), gone AS (
  DELETE FROM qrtz_scheduler_state WHERE sched_name = :scheduler AND instance_name = :daemon
)
UPDATE qrtz_triggers t SET trigger_state = 'WAITING'
FROM mine
WHERE t.sched_name = :scheduler AND t.trigger_name = mine.trigger_name AND t.trigger_group = mine.trigger_group
  AND mine.state = 'ACQUIRED' AND t.trigger_state = 'ACQUIRED'
