-- What an account's day budget has been spent on, and when each asset of such a source last answered.

CREATE TABLE account_day (
  account text NOT NULL,
  day     date NOT NULL,                           -- UTC
  spent   int4 NOT NULL,
  PRIMARY KEY (account, day)
);

CREATE TABLE asset_answered (
  source      text NOT NULL,
  asset       text NOT NULL,
  answered_at timestamptz NOT NULL,
  PRIMARY KEY (source, asset)
);

-- Series of venues are not offered venue by venue.
ALTER TABLE not_offered ADD COLUMN exchange text NOT NULL DEFAULT '';
ALTER TABLE not_offered DROP CONSTRAINT not_offered_pkey;
ALTER TABLE not_offered ADD PRIMARY KEY (source, asset, metric, exchange);
