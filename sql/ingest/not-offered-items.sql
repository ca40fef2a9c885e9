SELECT asset, metric, last_asked FROM not_offered WHERE source = :source
