-- What has answered before; waited_for is false once it has been silent for longer than the setting allows.
SELECT asset, metric, exchange, bool_or(silent_since IS NULL OR silent_since > :forgotten) AS waited_for
FROM series JOIN series_state USING (series_id)
WHERE source = :source
GROUP BY asset, metric, exchange
