-- How hours become a day, which venue speaks where nobody names one, and what one coin is. The catalogue's files are loaded
-- again after every migration: what stands here only bridges the time until then.

ALTER TABLE metric
  ADD COLUMN daily    text    NOT NULL DEFAULT 'last' CHECK (daily IN ('sum', 'last', 'mean', 'first', 'max', 'min')),
  ADD COLUMN venue    text    NOT NULL DEFAULT '',     -- preferred venue; '' where the source has none
  ADD COLUMN per_coin boolean NOT NULL DEFAULT false;  -- the value is of one coin, as a price is
UPDATE metric SET daily = CASE kind WHEN 'flow' THEN 'sum' WHEN 'rate' THEN 'mean' ELSE 'last' END;

-- Some venues trade coins by the thousand: one of the source's coins is so many of the entity's.
ALTER TABLE entity_source_ids ADD COLUMN multiple float8 NOT NULL DEFAULT 1 CHECK (multiple > 0);

-- Which entities (source '') and mappings the files have brought in. What was brought in and is gone was deleted by
-- somebody, and stays deleted when the files are loaded again.
CREATE TABLE catalogue_loaded (
  source text NOT NULL,
  id     text NOT NULL,
  PRIMARY KEY (source, id)
);
INSERT INTO catalogue_loaded (source, id)
SELECT '', canonical_id FROM entities WHERE edited_at IS NULL
UNION
SELECT source, source_id FROM entity_source_ids WHERE edited_at IS NULL;

-- From an entity's ids to their series.
CREATE INDEX series_by_id ON series (source, asset);
