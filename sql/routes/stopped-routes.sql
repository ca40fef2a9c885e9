SELECT route_id FROM stopped_route
