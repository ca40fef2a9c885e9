-- A vendor that is not well is asked more slowly for a while, by every process that shares the account. Forgotten with the
-- rest of this table when the server crashes: the vendor then says it once more.
ALTER TABLE pace ADD COLUMN degraded_since timestamptz;
ALTER TABLE pace ADD COLUMN degraded_until timestamptz;

-- The tier to whose requests the vendor said, on that day, that they are spent, whatever our own count says.
ALTER TABLE account_day ADD COLUMN called_spent text;

-- The rate that a vendor says an account has, where it says so.
CREATE TABLE account_limit (
  account           text PRIMARY KEY,
  requests_a_minute int4 NOT NULL CHECK (requests_a_minute > 0),
  told_at           timestamptz NOT NULL
);
