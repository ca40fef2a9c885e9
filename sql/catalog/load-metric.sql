INSERT INTO metric AS m (source, metric, canonical, unit, kind, granularity, stamp, settling_hours, preferred, description)
VALUES (:source, :metric, :canonical, :unit, :kind, :granularity, :stamp, :settling_hours::int, :preferred = '1', :description)
ON CONFLICT (source, metric) DO UPDATE SET
  canonical = EXCLUDED.canonical, unit = EXCLUDED.unit, kind = EXCLUDED.kind, granularity = EXCLUDED.granularity,
  stamp = EXCLUDED.stamp, settling_hours = EXCLUDED.settling_hours, preferred = EXCLUDED.preferred,
  description = EXCLUDED.description
WHERE (m.canonical, m.unit, m.kind, m.granularity, m.stamp, m.settling_hours, m.preferred, m.description)
  IS DISTINCT FROM (EXCLUDED.canonical, EXCLUDED.unit, EXCLUDED.kind, EXCLUDED.granularity, EXCLUDED.stamp,
                    EXCLUDED.settling_hours, EXCLUDED.preferred, EXCLUDED.description)
