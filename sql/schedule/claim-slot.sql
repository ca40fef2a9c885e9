-- Takes a slot of a source: whoever is second gets no row. Nobody gets one while the source's routes are stopped. A slot that
-- comes late is taken and not used where such slots are skipped, or where the source has been pulled since.
INSERT INTO schedule_slot (source, slot, daemon, fired_at, missed)
SELECT :source, :slot, :daemon, now(), :late AND (:skip OR EXISTS (
  SELECT FROM pulls WHERE source_name = :source AND kind = 'live' AND pulled_at >= :slot))
WHERE NOT EXISTS (SELECT FROM stopped_route WHERE route_id IN (:source || '-at-times', :source || '-pull'))
ON CONFLICT (source, slot) DO NOTHING
RETURNING missed
