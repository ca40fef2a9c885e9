package dev.caravan.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.model.RouteDefinition;

/**
 * The route files as they are on disk, checked.
 *
 * @param files every file, in the order of loading
 */
public record RouteSurvey(List<File> files) {

    /**
     * A file.
     *
     * @param name its path below the home
     * @param routes its routes; none where it cannot be read
     * @param faults what is wrong with it
     */
    public record File(String name, List<Route> routes, List<RouteFault> faults) {}

    /**
     * A route.
     *
     * @param id its id
     * @param from where its messages come from, such as {@code direct:velo-pull}
     * @param description what it is for
     */
    public record Route(String id, String from, String description) {}

    static RouteSurvey of(List<RouteFile> files, RouteCheck.Finding finding) {
        List<File> found = new ArrayList<>();
        for (RouteFile file : files) {
            List<Route> routes = finding.routes().getOrDefault(file.name(), List.of()).stream()
                    .map(RouteSurvey::route)
                    .toList();
            List<RouteFault> faults = finding.faults().stream()
                    .filter(fault -> fault.file().equals(file.name()))
                    .toList();
            found.add(new File(file.name(), routes, faults));
        }
        return new RouteSurvey(List.copyOf(found));
    }

    private static Route route(RouteDefinition route) {
        String description = route.getDescriptionText() == null ? "" : route.getDescriptionText();
        String from = route.getInput().getEndpointUri().replaceFirst("\\?.*", "");
        if (route.getTemplateParameters() != null) {
            for (Map.Entry<String, Object> parameter :
                    route.getTemplateParameters().entrySet()) {
                from = from.replace("{{" + parameter.getKey() + "}}", String.valueOf(parameter.getValue()));
            }
        }
        return new Route(route.getRouteId(), from, description);
    }

    /** @return what is wrong, over all files */
    public List<RouteFault> faults() {
        return files.stream().flatMap(file -> file.faults().stream()).toList();
    }
}
