-- For sources that ask for a part of their assets at a time (X.asks-in-turns).
INSERT INTO asset_answered AS a (source, asset, answered_at)
SELECT :source, u.asset, :now FROM unnest(:assets::text[]) AS u(asset)
ON CONFLICT (source, asset) DO UPDATE SET answered_at = EXCLUDED.answered_at
