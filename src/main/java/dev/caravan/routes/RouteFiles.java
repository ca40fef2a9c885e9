package dev.caravan.routes;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The route files of a running program: each is checked, loaded on its own, and replaced on request. A file that is broken is
 * reported and left out, the others run; a set with anything broken in it replaces nothing. Camel's own reload is not used:
 * it takes the routes away before it reads the files.
 */
public final class RouteFiles {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);

    private final Settings settings;
    private final ScheduleProperties schedule;
    private final RouteCheck check;
    private final Map<String, Loaded> loaded = Collections.synchronizedMap(new LinkedHashMap<>());
    private volatile List<String> places = List.of();
    private volatile List<RouteFault> faults = List.of();
    private ModelCamelContext context;

    /** A file with what it brought into the context. */
    private record Loaded(
            RouteFile file, List<String> routes, List<String> templates, List<RouteConfigurationDefinition> policies) {}

    /**
     * What a reload did.
     *
     * @param reloaded files whose routes were replaced or are new
     * @param removed files that are gone, with their routes
     * @param unchanged how many files are as they were
     * @param later whether it is done when the request that asked for it has been answered, as its own route goes
     */
    public record Reload(List<String> reloaded, List<String> removed, int unchanged, boolean later) {}

    /**
     * @param settings the folders of {@code routes}, and what placeholders stand for
     * @param beans the names by which routes may call the program
     */
    public RouteFiles(Settings settings, Set<String> beans) {
        this.settings = settings;
        this.schedule = new ScheduleProperties(settings);
        this.check = new RouteCheck(settings, schedule, beans);
    }

    /**
     * Checks route files without running anything.
     *
     * @param folders folders below {@code routes}, or single files without their ending
     * @return every file with its routes and its faults
     */
    public RouteSurvey survey(String... folders) {
        List<RouteFile> files = RouteFile.read(settings.layers(), List.of(folders));
        return RouteSurvey.of(files, check.check(files));
    }

    /**
     * Checks and loads route files into a context that has been started.
     *
     * @param camel the context
     * @param folders folders below {@code routes}, or single files without their ending
     * @throws ConfigurationException when a file is broken that the others are built on; says file and line
     */
    public synchronized void start(CamelContext camel, String... folders) {
        context = (ModelCamelContext) camel;
        context.getPropertiesComponent().addPropertiesSource(schedule);
        places = List.of(folders);
        List<RouteFile> files = RouteFile.read(settings.layers(), places);
        List<RouteFault> found = new ArrayList<>(check.check(files).faults());
        for (RouteFile file : files) {
            if (found.stream().noneMatch(fault -> fault.file().equals(file.name()))) {
                try {
                    load(file);
                } catch (RouteFileBroken e) {
                    found.add(e.fault());
                }
            }
            List<RouteFault> ofFile = found.stream()
                    .filter(fault -> fault.file().equals(file.name()))
                    .toList();
            if (file.shared() && !ofFile.isEmpty()) {
                throw new ConfigurationException("the routes could not be started: " + ofFile.get(0));
            }
            ofFile.forEach(fault -> LOG.error("Left out: {}", fault));
        }
        faults = List.copyOf(found);
        schedule.started();
        LOG.info("{} routes run, from {} files", context.getRoutesSize(), loaded.size());
    }

    /** @return what was wrong with the files as they were last loaded; their routes do not run */
    public List<RouteFault> faults() {
        return faults;
    }

    /**
     * @param route the id of a route that runs
     * @return the file it came from, by its path below the home; empty where it came from none
     */
    public String fileOf(String route) {
        synchronized (loaded) {
            return loaded.values().stream()
                    .filter(file -> file.routes().contains(route))
                    .map(file -> file.file().name())
                    .findFirst()
                    .orElse("");
        }
    }

    /**
     * Reads the files again and replaces what has changed: all or nothing. Files on which the others are built take all others
     * with them, and one that takes requests all that do, so that their order stays. A route that was stopped is still stopped afterwards.
     *
     * @param alongside what else is read again, when the files are found good and before anything is replaced; whatever it
     *     throws leaves all routes as they are
     * @return what was done
     * @throws RoutesRefused when a file is broken, or a route that would be replaced is at work
     */
    public synchronized Reload reload(Runnable alongside) {
        List<RouteFile> files = RouteFile.read(settings.layers(), places);
        List<RouteFault> found = check.check(files).faults();
        if (!found.isEmpty()) {
            throw RoutesRefused.broken(found);
        }
        Map<String, RouteFile> wanted = new LinkedHashMap<>();
        files.forEach(file -> wanted.put(file.name(), file));
        Set<String> changed = changed(wanted);
        List<RouteFile> touched = new ArrayList<>();
        for (String name : changed) {
            Optional.ofNullable(wanted.get(name)).ifPresent(touched::add);
            Optional.ofNullable(loaded.get(name)).map(Loaded::file).ifPresent(touched::add);
        }
        boolean all = touched.stream().anyMatch(RouteFile::shared);
        boolean http = touched.stream().anyMatch(RouteFile::takesRequests);
        Predicate<RouteFile> goes = file -> all || changed.contains(file.name()) || (http && file.takesRequests());
        List<Loaded> out = List.copyOf(loaded.values()).stream()
                .filter(file -> goes.test(file.file()))
                .toList();
        refuseWhileAtWork(out);
        alongside.run();
        Set<String> stopped = stopped(out);
        List<RouteFile> in = files.stream().filter(goes).toList();
        boolean later = out.stream().anyMatch(file -> file.file().takesRequests());
        if (later) {
            Thread swap = new Thread(() -> replaceLater(out, in, stopped), "reload");
            swap.setDaemon(true);
            swap.start();
        } else {
            replace(out, in, stopped);
        }
        List<String> removed = out.stream()
                .map(file -> file.file().name())
                .filter(name -> !wanted.containsKey(name))
                .toList();
        List<String> reloaded = changed.stream().filter(wanted::containsKey).toList();
        LOG.info("Routes reloaded: {} changed, {} removed", reloaded, removed);
        return new Reload(reloaded, removed, wanted.size() - reloaded.size(), later);
    }

    private synchronized void replaceLater(List<Loaded> out, List<RouteFile> in, Set<String> stopped) {
        try {
            replace(out, in, stopped);
        } catch (RoutesRefused e) {
            LOG.error("The reload was undone: {}", e.getMessage());
        }
    }

    private Set<String> changed(Map<String, RouteFile> wanted) {
        Set<String> changed = new TreeSet<>();
        wanted.forEach((name, file) -> {
            Loaded before = loaded.get(name);
            if (before == null || !before.file().equals(file)) {
                changed.add(name);
            }
        });
        loaded.keySet().stream().filter(name -> !wanted.containsKey(name)).forEach(changed::add);
        return changed;
    }

    /** A route that is taken away under a running pull would lose what the pull has still to ask. */
    private void refuseWhileAtWork(List<Loaded> out) {
        List<String> busy = out.stream()
                .flatMap(file -> file.routes().stream())
                .filter(route ->
                        !isHttp(route) && context.getInflightRepository().size(route) > 0)
                .toList();
        if (!busy.isEmpty()) {
            throw RoutesRefused.atWork(busy);
        }
    }

    private boolean isHttp(String route) {
        RouteDefinition definition = context.getRouteDefinition(route);
        return definition != null && definition.getInput().getEndpointUri().startsWith("platform-http:");
    }

    private Set<String> stopped(List<Loaded> out) {
        return out.stream()
                .flatMap(file -> file.routes().stream())
                .filter(route -> context.getRouteController().getRouteStatus(route) != null
                        && context.getRouteController().getRouteStatus(route).isStopped())
                .collect(Collectors.toSet());
    }

    private void replace(List<Loaded> out, List<RouteFile> in, Set<String> stopped) {
        out.forEach(this::unload);
        List<RouteFile> done = new ArrayList<>();
        try {
            for (RouteFile file : in) {
                load(file);
                done.add(file);
            }
        } catch (RouteFileBroken e) {
            done.forEach(file -> unload(loaded.get(file.name())));
            for (Loaded before : out) {
                try {
                    load(before.file());
                } catch (RouteFileBroken again) {
                    LOG.error("A route file that ran before does not any more: {}", again.fault());
                }
            }
            stop(stopped);
            throw RoutesRefused.broken(List.of(e.fault()));
        }
        faults = List.of();
        stop(stopped);
    }

    private void stop(Set<String> routes) {
        for (String route : routes) {
            try {
                context.getRouteController().stopRoute(route);
            } catch (Exception e) { // whatever the route's consumer throws
                LOG.error("The route {} was stopped before and could not be stopped again: {}", route, e.getMessage());
            }
        }
    }

    private void load(RouteFile file) throws RouteFileBroken {
        Set<String> routes = routeIds();
        List<String> templates = templateIds();
        List<RouteConfigurationDefinition> policies = List.copyOf(model().getRouteConfigurationDefinitions());
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(file.resource());
        } catch (Exception e) { // whatever a loader or a component throws
            unload(brought(file, routes, templates, policies));
            throw new RouteFileBroken(RouteFailure.of(file, e), e);
        }
        loaded.put(file.name(), brought(file, routes, templates, policies));
    }

    private Loaded brought(
            RouteFile file, Set<String> routes, List<String> templates, List<RouteConfigurationDefinition> policies) {
        return new Loaded(
                file,
                routeIds().stream().filter(id -> !routes.contains(id)).toList(),
                templateIds().stream().filter(id -> !templates.contains(id)).toList(),
                model().getRouteConfigurationDefinitions().stream()
                        .filter(policy -> !policies.contains(policy))
                        .toList());
    }

    private Set<String> routeIds() {
        return context.getRouteDefinitions().stream()
                .map(RouteDefinition::getRouteId)
                .collect(Collectors.toSet());
    }

    private List<String> templateIds() {
        return model().getRouteTemplateDefinitions().stream()
                .map(RouteTemplateDefinition::getId)
                .toList();
    }

    private Model model() {
        return context;
    }

    private void unload(Loaded file) {
        loaded.remove(file.file().name());
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

    /** A file that could be read and could not be run. */
    private static final class RouteFileBroken extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient RouteFault fault;

        RouteFileBroken(RouteFault fault, Throwable cause) {
            super(fault.toString(), cause);
            this.fault = fault;
        }

        RouteFault fault() {
            return fault;
        }
    }
}
