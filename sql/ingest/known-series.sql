SELECT series_id, source, metric, asset, exchange, product, granularity FROM series WHERE source = :source
