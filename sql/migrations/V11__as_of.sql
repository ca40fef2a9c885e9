-- The last batch of a source that was committed by a moment, by one look.
CREATE INDEX batch_by_time ON batch (source, committed_at, batch_id);
