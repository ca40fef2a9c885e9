SELECT metric, canonical, granularity, settling_hours, reread_hours FROM metric WHERE source = :source
