SELECT requests_a_minute FROM account_limit WHERE account = :account AND told_at > :since AND told_at <= :now
