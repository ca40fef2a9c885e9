-- What a vendor was asked for and did not give, series by series: replaces what was known of the same time.
INSERT INTO series_empty AS e (series_id, empty)
SELECT s, r::tstzmultirange FROM unnest(:series::int4[], :empties::text[]) AS u(s, r)
WHERE r <> '{}' OR EXISTS (SELECT FROM series_empty x WHERE x.series_id = s AND x.empty && tstzrange(:from, :to))
ON CONFLICT (series_id) DO UPDATE
SET empty = (e.empty - tstzmultirange(tstzrange(:from, :to))) + EXCLUDED.empty
WHERE e.empty IS DISTINCT FROM (e.empty - tstzmultirange(tstzrange(:from, :to))) + EXCLUDED.empty
