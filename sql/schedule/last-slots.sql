SELECT source, max(slot) AS slot FROM schedule_slot GROUP BY source
