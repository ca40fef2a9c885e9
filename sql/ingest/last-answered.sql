SELECT asset, answered_at FROM asset_answered WHERE source = :source
