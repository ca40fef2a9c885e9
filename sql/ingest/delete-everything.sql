TRUNCATE observation, observation_revision, series_state, series_empty, series, batch, backfill_window, backfill, pull_failures,
  pulls, not_offered, quarantine, pace, asset_answered
  RESTART IDENTITY
