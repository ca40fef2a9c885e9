SELECT spent FROM account_day WHERE account = :account AND day = :day
