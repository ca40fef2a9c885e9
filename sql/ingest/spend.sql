-- Counts one request of the day; no row when the budget is spent, or the vendor says so.
INSERT INTO account_day AS d (account, day, spent)
SELECT :account, :day, 1 WHERE :budget > 0
ON CONFLICT (account, day) DO UPDATE SET spent = d.spent + 1
WHERE d.spent < :budget AND d.called_spent IS DISTINCT FROM :tier
