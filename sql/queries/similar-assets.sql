-- Near misses: what begins like it, then what holds it.
SELECT e.canonical_id
FROM entities e
WHERE e.canonical_id LIKE lower(left(:asset, 3)) || '%' OR lower(e.name) LIKE lower(left(:asset, 3)) || '%'
   OR strpos(e.canonical_id, lower(:asset)) > 0
ORDER BY strpos(e.canonical_id, lower(:asset)) = 0, abs(length(e.canonical_id) - length(:asset)), e.canonical_id
LIMIT 5
