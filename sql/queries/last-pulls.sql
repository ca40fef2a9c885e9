-- The last pull of each source, and when one last succeeded or was at least partial.
SELECT DISTINCT ON (p.source_name) p.source_name AS source, p.pull_id, p.kind, p.status, p.pulled_at, p.finished_at,
       p.records_count, p.new_rows, p.changed_rows, p.unchanged_rows, p.requests, p.failed, p.expected, p.received, p.notes,
       (SELECT max(g.finished_at) FROM pulls g
        WHERE g.source_name = p.source_name AND g.kind = 'live' AND g.status IN ('success', 'partial')) AS last_good
FROM pulls p
WHERE p.kind = 'live'
ORDER BY p.source_name, p.pulled_at DESC, p.pull_id DESC
