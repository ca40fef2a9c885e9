-- The vendor says that the tier's requests of the day are spent.
INSERT INTO account_day AS d (account, day, spent, called_spent)
VALUES (:account, :day, 0, :tier)
ON CONFLICT (account, day) DO UPDATE SET called_spent = :tier
