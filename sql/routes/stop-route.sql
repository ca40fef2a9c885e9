INSERT INTO stopped_route (route_id, stopped_at) VALUES (:route, :now) ON CONFLICT (route_id) DO NOTHING
