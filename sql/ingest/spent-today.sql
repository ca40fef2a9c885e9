SELECT spent, coalesce(called_spent = :tier, false) AS called_spent FROM account_day WHERE account = :account AND day = :day
