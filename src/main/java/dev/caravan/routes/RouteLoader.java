package dev.caravan.routes;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts one route file into the running context and takes it out again, whole. */
final class RouteLoader {
    private static final Logger LOG = LoggerFactory.getLogger(RouteLoader.class);

    private final ModelCamelContext context;

    /**
     * A file with what it brought into the context.
     *
     * @param file the file
     * @param routes the ids of its routes
     * @param templates the ids of its templates
     * @param policies its route configurations
     */
    record Loaded(
            RouteFile file, List<String> routes, List<String> templates, List<RouteConfigurationDefinition> policies) {}

    /** A file that could be read and could not be run. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient RouteFault fault;

        Broken(RouteFault fault, Throwable cause) {
            super(fault.toString(), cause);
            this.fault = fault;
        }

        RouteFault fault() {
            return fault;
        }
    }

    /**
     * @param context a context that has been started
     * @param stopped the routes that are to stand still; asked whenever a route is about to be added
     */
    RouteLoader(ModelCamelContext context, Supplier<Set<String>> stopped) {
        this.context = context;
        context.addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
            @Override
            public void onAddRouteDefinition(RouteDefinition route) {
                if (stopped.get().contains(route.getRouteId())) {
                    route.setAutoStartup("false");
                }
            }
        });
    }

    /**
     * @param file a file that was found good
     * @return what it brought
     * @throws Broken when it cannot be run; then nothing of it is left
     */
    Loaded load(RouteFile file) throws Broken {
        Loaded before = brought(file, List.of(), List.of(), List.of());
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(file.resource());
        } catch (Exception e) { // whatever a loader or a component throws
            unload(brought(file, before.routes(), before.templates(), before.policies()));
            throw new Broken(RouteFailure.of(file, e), e);
        }
        return brought(file, before.routes(), before.templates(), before.policies());
    }

    private Loaded brought(
            RouteFile file,
            Collection<String> routes,
            Collection<String> templates,
            Collection<RouteConfigurationDefinition> policies) {
        return new Loaded(
                file,
                context.getRouteDefinitions().stream()
                        .map(RouteDefinition::getRouteId)
                        .filter(id -> !routes.contains(id))
                        .toList(),
                context.getRouteTemplateDefinitions().stream()
                        .map(RouteTemplateDefinition::getId)
                        .filter(id -> !templates.contains(id))
                        .toList(),
                context.getRouteConfigurationDefinitions().stream()
                        .filter(policy -> !policies.contains(policy))
                        .toList());
    }

    /**
     * @param file what is to go; a route that cannot be stopped is logged, and the others go
     */
    void unload(Loaded file) {
        try {
            for (String route : file.routes()) {
                if (context.getRoute(route) != null) {
                    context.getRouteController().stopRoute(route);
                    context.removeRoute(route);
                } else if (context.getRouteDefinition(route) != null) {
                    context.removeRouteDefinition(context.getRouteDefinition(route));
                }
            }
            for (String template : file.templates()) {
                context.removeRouteTemplateDefinition(context.getRouteTemplateDefinition(template));
            }
            for (RouteConfigurationDefinition policy : file.policies()) {
                context.removeRouteConfiguration(policy);
            }
        } catch (Exception e) { // whatever a consumer throws while it stops
            LOG.error(
                    "The routes of {} could not all be taken away: {}",
                    file.file().name(),
                    e.getMessage());
        }
    }

    /**
     * @param files loaded files
     * @return the ids of those of their routes that stand still
     */
    Set<String> stopped(List<Loaded> files) {
        return files.stream()
                .flatMap(file -> file.routes().stream())
                .filter(route -> context.getRouteController().getRouteStatus(route) != null
                        && context.getRouteController().getRouteStatus(route).isStopped())
                .collect(Collectors.toSet());
    }

    /**
     * @param files loaded files
     * @return the ids of those of their routes that have something in hand; routes that take requests are not asked
     */
    List<String> atWork(List<Loaded> files) {
        return files.stream()
                .filter(file -> !file.file().takesRequests())
                .flatMap(file -> file.routes().stream())
                .filter(route -> context.getInflightRepository().size(route) > 0)
                .toList();
    }

    /**
     * @param routes the ids of routes that are to stand still; what they have in hand is finished first
     */
    void stop(Collection<String> routes) {
        for (String route : routes) {
            try {
                if (context.getRoute(route) != null) {
                    context.getRouteController().stopRoute(route);
                }
            } catch (Exception e) { // whatever the route's consumer throws
                LOG.error("The route {} could not be stopped: {}", route, e.getMessage());
            }
        }
    }

    /**
     * @param routes the ids of routes that are to run
     */
    void start(Collection<String> routes) {
        for (String route : routes) {
            try {
                if (context.getRoute(route) != null) {
                    context.getRouteController().startRoute(route);
                }
            } catch (Exception e) { // whatever the route's consumer throws
                LOG.error("The route {} could not be started: {}", route, e.getMessage());
            }
        }
    }
}
