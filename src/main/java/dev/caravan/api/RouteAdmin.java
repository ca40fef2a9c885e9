package dev.caravan.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.catalog.Catalogue;
import dev.caravan.routes.RouteFault;
import dev.caravan.routes.RouteFiles;
import dev.caravan.routes.RoutesRefused;
import dev.caravan.settings.ConfigurationException;
import java.util.List;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.Variable;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/** Routes as an operator sees them over HTTP: the bean {@code routeAdmin}. */
public final class RouteAdmin {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How the ids of the routes begin by which an operator works. */
    private static final String OPERATORS = "admin-";

    private final RouteFiles files;
    private final Catalogue catalogue;

    /**
     * @param files the route files, as they run
     * @param catalogue metrics and entities, which a reload reads again as well
     */
    public RouteAdmin(RouteFiles files, Catalogue catalogue) {
        this.files = files;
        this.catalogue = catalogue;
    }

    /**
     * @param ask no parameters
     * @param context the running program
     * @return the answer of {@code GET /admin/routes}: every route with its file and state, and what is wrong with files that
     *     were left out
     */
    public ObjectNode list(@Variable("ask") Parameters ask, CamelContext context) {
        ask.only();
        ObjectNode answer = JSON.createObjectNode();
        List<RouteDefinition> routes = ((ModelCamelContext) context).getRouteDefinitions();
        answer.put("count", routes.size());
        ArrayNode list = answer.putArray("routes");
        for (RouteDefinition route : routes) {
            ObjectNode entry = list.addObject();
            String id = route.getRouteId();
            entry.put("id", id);
            entry.put("description", route.getDescriptionText());
            entry.put("file", files.fileOf(id));
            entry.put("state", stateOf(id, context));
            entry.put("at_work", context.getInflightRepository().size(id));
        }
        addFaults(answer.putArray("faults"), files.faults());
        return answer;
    }

    private static void addFaults(ArrayNode list, List<RouteFault> faults) {
        for (RouteFault fault : faults) {
            ObjectNode entry = list.addObject();
            entry.put("file", fault.file());
            entry.put("line", fault.line());
            entry.put("message", fault.message());
        }
    }

    /**
     * Reads route files, metrics and entities again.
     *
     * @param ask no parameters
     * @return the answer of {@code POST /admin/reload}: which files were replaced or removed, and how many are as they were
     * @throws Problem 409 when a file is broken or a route that would be replaced is at work; then nothing was changed
     */
    public ObjectNode reload(@Variable("ask") Parameters ask) {
        ask.only();
        try {
            RouteFiles.Reload done = files.reload(catalogue::load);
            ObjectNode answer = JSON.createObjectNode();
            done.reloaded().forEach(answer.putArray("reloaded")::add);
            done.removed().forEach(answer.putArray("removed")::add);
            answer.put("unchanged", done.unchanged());
            answer.put("in_force", done.later() ? "when this answer has been sent" : "now");
            return answer;
        } catch (RoutesRefused e) {
            String code = e.faults().isEmpty() ? "routes_at_work" : "routes_broken";
            throw new Problem(409, code, e.getMessage(), List.of());
        } catch (ConfigurationException e) {
            throw new Problem(409, "catalogue_broken", "nothing was changed: " + e.getMessage(), List.of());
        }
    }

    /**
     * @param ask no parameters
     * @param route the id of a route, from the path
     * @param context the running program
     * @return the answer of {@code POST /admin/routes/{id}/stop}
     * @throws Problem 404 when there is no such route, 409 when it is one of the operator's own: no way back would be left
     */
    public ObjectNode stop(@Variable("ask") Parameters ask, @Variable("route") String route, CamelContext context) {
        ask.only();
        known(route, context);
        if (route.startsWith(OPERATORS)) {
            throw new Problem(
                    409, "needed", "this route starts and stops the others: it cannot be stopped over HTTP", List.of());
        }
        files.stop(route);
        return state(route, context);
    }

    /**
     * @param ask no parameters
     * @param route the id of a route, from the path
     * @param context the running program
     * @return the answer of {@code POST /admin/routes/{id}/start}
     * @throws Problem 404 when there is no such route
     */
    public ObjectNode start(@Variable("ask") Parameters ask, @Variable("route") String route, CamelContext context) {
        ask.only();
        known(route, context);
        files.start(route);
        return state(route, context);
    }

    private static void known(String route, CamelContext context) {
        if (context.getRoute(route) == null) {
            throw Problem.notFound("unknown_route", "there is no such route; GET /admin/routes lists them", List.of());
        }
    }

    private static ObjectNode state(String route, CamelContext context) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("id", route);
        answer.put("state", stateOf(route, context));
        return answer;
    }

    private static String stateOf(String route, CamelContext context) {
        return String.valueOf(context.getRouteController().getRouteStatus(route))
                .toLowerCase(Locale.ROOT);
    }

    /** Looks what other daemons were told; called by a route every few seconds. */
    public void obey() {
        files.obey();
    }
}
