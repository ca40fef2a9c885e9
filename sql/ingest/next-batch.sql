-- Taken under the source's lock, so that the ids of a source are in commit order.
SELECT nextval(pg_get_serial_sequence('batch', 'batch_id'))::int4
