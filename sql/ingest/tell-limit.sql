INSERT INTO account_limit (account, requests_a_minute, told_at)
VALUES (:account, :requests, :now)
ON CONFLICT (account) DO UPDATE SET requests_a_minute = excluded.requests_a_minute, told_at = excluded.told_at
