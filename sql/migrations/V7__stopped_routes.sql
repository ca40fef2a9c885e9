-- Routes that somebody has stopped. Every process obeys, also after a restart, until the row is gone.

CREATE TABLE stopped_route (
  route_id   text PRIMARY KEY,
  stopped_at timestamptz NOT NULL
);
