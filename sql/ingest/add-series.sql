-- Names new series. A series that another transaction names meanwhile is not returned; known-series finds it then.
INSERT INTO series (source, metric, asset, exchange, product, granularity)
SELECT :source, m, a, e, p, g
FROM unnest(:metrics::text[], :assets::text[], :exchanges::text[], :products::text[], :granularities::text[]) AS u(m, a, e, p, g)
ON CONFLICT DO NOTHING
