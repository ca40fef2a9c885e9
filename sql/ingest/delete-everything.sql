TRUNCATE observation, observation_revision, series_state, series, batch, pull_failures, pulls, not_offered, quarantine, pace, asset_answered
  RESTART IDENTITY
