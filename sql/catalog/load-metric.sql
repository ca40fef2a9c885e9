INSERT INTO metric AS m (source, metric, canonical, unit, per_coin, kind, granularity, daily, stamp, settling_hours,
                         reread_hours, venue, preferred, description)
VALUES (:source, :metric, :canonical, :unit, :per_coin = '1', :kind, :granularity, :daily, :stamp, :settling_hours::int,
        nullif(:reread_hours, '')::int, :venue, :preferred = '1', :description)
ON CONFLICT (source, metric) DO UPDATE SET
  canonical = EXCLUDED.canonical, unit = EXCLUDED.unit, per_coin = EXCLUDED.per_coin, kind = EXCLUDED.kind,
  granularity = EXCLUDED.granularity, daily = EXCLUDED.daily, stamp = EXCLUDED.stamp,
  settling_hours = EXCLUDED.settling_hours, reread_hours = EXCLUDED.reread_hours, venue = EXCLUDED.venue,
  preferred = EXCLUDED.preferred, description = EXCLUDED.description
WHERE (m.canonical, m.unit, m.per_coin, m.kind, m.granularity, m.daily, m.stamp, m.settling_hours, m.reread_hours, m.venue,
       m.preferred, m.description)
  IS DISTINCT FROM (EXCLUDED.canonical, EXCLUDED.unit, EXCLUDED.per_coin, EXCLUDED.kind, EXCLUDED.granularity, EXCLUDED.daily,
                    EXCLUDED.stamp, EXCLUDED.settling_hours, EXCLUDED.reread_hours, EXCLUDED.venue,
                     EXCLUDED.preferred, EXCLUDED.description)
