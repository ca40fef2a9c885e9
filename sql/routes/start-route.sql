DELETE FROM stopped_route WHERE route_id = :route
