-- How many ids of each source have series or are configured, and map to no entity.
SELECT k.source, count(*) AS unmapped
FROM (SELECT s.source, s.asset AS id FROM series s JOIN series_state z USING (series_id)
      UNION
      SELECT c.source, c.id FROM unnest(:sources::text[], :ids::text[]) AS c(source, id)) AS k
WHERE NOT EXISTS (SELECT FROM entity_source_ids i WHERE i.source = k.source AND i.source_id = k.id)
GROUP BY k.source
