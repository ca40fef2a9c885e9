-- Reads what was just committed, once. The first reader of a row notes in its page that the writer has committed; while the
-- page is dirty from the writing, that note is free. Left to the first reader after a checkpoint it would put the whole
-- page into the WAL (data checksums are on): 27 to 53 bytes a row in a repeated pull, measured, against 0.2.
SELECT count(o.batch_id)
FROM unnest(:series::int4[], :seconds::float8[]) AS u(s, t)
JOIN observation o ON o.series_id = u.s AND o.ts = to_timestamp(u.t)
