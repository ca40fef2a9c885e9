-- Kept only for sources that ask a part of their assets at a time; for the others it would be a row a pull and asset.
INSERT INTO asset_answered AS a (source, asset, answered_at)
SELECT :source, u.asset, :now FROM unnest(:assets::text[]) AS u(asset)
WHERE :source IN (SELECT account FROM account_day)
ON CONFLICT (source, asset) DO UPDATE SET answered_at = EXCLUDED.answered_at
