DELETE FROM daemon WHERE name = :daemon
