package dev.caravan.routes;

import dev.caravan.settings.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.support.PluginHelper;

/**
 * Reads route files as the program would, in a context of their own that never runs, and says what is wrong with each: what
 * cannot be read, names that nobody answers to, ids that are taken. Nothing outside is touched.
 */
final class RouteCheck {
    private static final Pattern BEAN =
            Pattern.compile("\\bref: *\"?#?([A-Za-z]\\w*)|\\bref=\"#?(\\w+)\"|\"#(\\w+)\"|\\$\\{(?:ref|bean):(\\w+)");
    private static final Pattern CONFIGURATION = Pattern.compile("\\brouteConfigurationId(?:: *\"?|=\")([\\w-]+)");
    private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9+.-]*):.*");

    private final Settings settings;
    private final PropertiesSource placeholders;
    private final Set<String> beans;

    /**
     * @param settings what placeholders stand for
     * @param placeholders more of them
     * @param beans the names by which routes may call the program
     */
    RouteCheck(Settings settings, PropertiesSource placeholders, Set<String> beans) {
        this.settings = settings;
        this.placeholders = placeholders;
        this.beans = Set.copyOf(beans);
    }

    /**
     * What a set of files holds, and what is wrong with it.
     *
     * @param routes the routes of each file that can be read, by the file's name
     * @param faults what is wrong, in the order of the files
     */
    record Finding(Map<String, List<RouteDefinition>> routes, List<RouteFault> faults) {}

    /**
     * @param files the files, in the order of loading
     * @return what they hold and what is wrong with them
     */
    Finding check(List<RouteFile> files) {
        try (DefaultCamelContext scratch = new DefaultCamelContext()) {
            scratch.setSourceLocationEnabled(true);
            scratch.getPropertiesComponent().setInitialProperties(settings.forRoutes());
            scratch.getPropertiesComponent().addPropertiesSource(placeholders);
            scratch.build();
            return check(scratch, files);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Finding check(DefaultCamelContext scratch, List<RouteFile> files) {
        Map<String, List<RouteDefinition>> routes = new LinkedHashMap<>();
        // A policy must have been loaded before the routes that name it: Camel passes over one that it does not know
        // yet.
        Map<String, Set<String>> policies = new HashMap<>();
        List<RouteFault> faults = new ArrayList<>();
        Map<String, String> fileOfRoute = new HashMap<>();
        for (RouteFile file : files) {
            List<RouteDefinition> before = List.copyOf(scratch.getRouteDefinitions());
            try {
                PluginHelper.getRoutesLoader(scratch).loadRoutes(file.resource());
            } catch (Exception e) { // whatever a loader throws
                faults.add(RouteFailure.of(file, e));
                continue;
            }
            List<RouteDefinition> added = scratch.getRouteDefinitions().stream()
                    .filter(route -> !before.contains(route))
                    .toList();
            routes.put(file.name(), added);
            policies.put(
                    file.name(),
                    scratch.getRouteConfigurationDefinitions().stream()
                            .map(RouteConfigurationDefinition::getId)
                            .collect(Collectors.toSet()));
            for (RouteDefinition route : added) {
                String other = fileOfRoute.putIfAbsent(route.getRouteId(), file.name());
                if (other != null) {
                    faults.add(new RouteFault(
                            file.name(),
                            file.lineOfRoute(route.getRouteId()),
                            "the route id " + route.getRouteId() + " is taken already, in " + other));
                }
            }
        }
        files.stream().filter(file -> routes.containsKey(file.name())).forEach(file -> {
            faults.addAll(names(file, scratch, beans, policies.get(file.name())));
            faults.addAll(endpoints(file, routes.get(file.name()), scratch));
        });
        return new Finding(routes, List.copyOf(faults));
    }

    /** Beans and error policies that are named and that nobody has. */
    private static List<RouteFault> names(
            RouteFile file, DefaultCamelContext scratch, Set<String> beans, Set<String> configurations) {
        List<RouteFault> faults = new ArrayList<>();
        List<String> lines = file.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("#") || line.startsWith("<!--")) {
                continue;
            }
            Matcher bean = BEAN.matcher(line);
            while (bean.find()) {
                String name = firstGroup(bean);
                if (!beans.contains(name) && scratch.getRegistry().lookupByName(name) == null) {
                    faults.add(new RouteFault(file.name(), i + 1, "there is no bean " + name));
                }
            }
            Matcher configuration = CONFIGURATION.matcher(line);
            if (configuration.find() && !configurations.contains(configuration.group(1))) {
                faults.add(new RouteFault(
                        file.name(), i + 1, "there is no route configuration " + configuration.group(1)));
            }
        }
        return faults;
    }

    private static String firstGroup(Matcher matcher) {
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        throw new IllegalStateException();
    }

    /** Endpoints whose component is missing, and {@code direct:} ones that no route of the set begins with. */
    private static List<RouteFault> endpoints(
            RouteFile file, List<RouteDefinition> routes, DefaultCamelContext scratch) {
        Set<String> consumers = new HashSet<>();
        for (RouteDefinition route : scratch.getRouteDefinitions()) {
            resolved(route, route.getInput().getEndpointUri(), scratch).ifPresent(uri -> consumers.add(address(uri)));
        }
        List<RouteFault> faults = new ArrayList<>();
        for (RouteDefinition route : routes) {
            String from = route.getInput().getEndpointUri();
            endpoint(route, from, scratch)
                    .ifPresent(wrong -> faults.add(new RouteFault(file.name(), line(file, route, 0, from), wrong)));
            List<ToDefinition> steps = new ArrayList<>();
            collect(route.getOutputs(), steps);
            for (ToDefinition step : steps) {
                endpoint(route, step.getEndpointUri(), scratch)
                        .or(() -> target(route, step.getEndpointUri(), scratch, consumers))
                        .ifPresent(wrong -> faults.add(new RouteFault(
                                file.name(), line(file, route, step.getLineNumber(), step.getEndpointUri()), wrong)));
            }
        }
        return faults;
    }

    private static void collect(List<ProcessorDefinition<?>> steps, List<ToDefinition> found) {
        for (ProcessorDefinition<?> step : steps) {
            if (step instanceof ToDefinition to) {
                found.add(to);
            }
            collect(step.getOutputs(), found);
        }
    }

    /** Where an endpoint stands: its own line, else that of its step, else that of its route. */
    private static int line(RouteFile file, RouteDefinition route, int step, String uri) {
        int ofRoute = file.lineOfRoute(route.getRouteId());
        int own = file.lineOf(Pattern.compile(Pattern.quote(uri.replaceFirst("\\?.*", "")) + "(?![\\w-])"), ofRoute);
        return own > 0 ? own : step > 0 ? step : ofRoute;
    }

    private static Optional<String> endpoint(RouteDefinition route, String uri, DefaultCamelContext scratch) {
        Optional<String> resolved = resolved(route, uri, scratch);
        if (resolved.isEmpty()) {
            return Optional.of("a placeholder in " + uri + " stands for no setting");
        }
        Matcher scheme = SCHEME.matcher(resolved.get());
        if (!scheme.matches()) {
            return Optional.of("this is no endpoint: " + uri);
        }
        return scratch.getComponent(scheme.group(1), true, false) == null
                ? Optional.of("there is no component for " + scheme.group(1) + ":")
                : Optional.empty();
    }

    private static Optional<String> target(
            RouteDefinition route, String uri, DefaultCamelContext scratch, Set<String> consumers) {
        return resolved(route, uri, scratch)
                .map(RouteCheck::address)
                .filter(address -> address.startsWith("direct:") && !consumers.contains(address))
                .map(address -> "no route begins with " + address);
    }

    private static String address(String uri) {
        return uri.replaceFirst("\\?.*", "").replaceFirst("^direct://", "direct:");
    }

    /** With what the route's template was given, where it came from one. */
    private static Optional<String> resolved(RouteDefinition route, String uri, DefaultCamelContext scratch) {
        PropertiesComponent placeholders = scratch.getPropertiesComponent();
        Properties ofTemplate = new Properties();
        if (route.getTemplateParameters() != null) {
            ofTemplate.putAll(route.getTemplateParameters());
        }
        placeholders.setLocalProperties(ofTemplate);
        try {
            return Optional.of(scratch.resolvePropertyPlaceholders(uri));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        } finally {
            placeholders.setLocalProperties(null);
        }
    }
}
