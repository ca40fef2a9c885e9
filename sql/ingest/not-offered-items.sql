SELECT asset, metric, exchange, last_asked FROM not_offered WHERE source = :source
