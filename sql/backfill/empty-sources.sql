-- Of these sources the ones that have never had a value and no order of history.
SELECT name FROM unnest(:sources::text[]) AS s(name)
WHERE NOT EXISTS (SELECT FROM series JOIN series_state USING (series_id) WHERE series.source = s.name)
  AND NOT EXISTS (SELECT FROM backfill b WHERE b.source = s.name AND b.kind = 'backfill')
ORDER BY name
