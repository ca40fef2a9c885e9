-- Until when live requests of the account want its slots: requests of history take none before. Forgotten with the rest of
-- this table when the server crashes: the next live request says it again.
ALTER TABLE pace ADD COLUMN live_until timestamptz;
