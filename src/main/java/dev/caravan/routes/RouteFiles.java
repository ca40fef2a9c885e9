package dev.caravan.routes;

import dev.caravan.routes.RouteLoader.Loaded;
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
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
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
    private final Optional<RouteStops> stops;
    private final ScheduleProperties schedule;
    private final RouteCheck check;
    private final Map<String, Loaded> loaded = Collections.synchronizedMap(new LinkedHashMap<>());
    private volatile List<String> places = List.of();
    private volatile List<RouteFault> faults = List.of();
    /** Routes that are not to be started while a set is loaded: asked once a set, not once a route. */
    private volatile Set<String> standing = Set.of();

    private Set<String> obeyed = Set.of();
    private RouteLoader loader;

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
     * @param stops which routes are to stand still; none for a check that runs nothing
     */
    public RouteFiles(Settings settings, Set<String> beans, Optional<RouteStops> stops) {
        this.settings = settings;
        this.stops = stops;
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
        camel.getPropertiesComponent().addPropertiesSource(schedule);
        loader = new RouteLoader((ModelCamelContext) camel, () -> standing);
        obeyed = stoppedByName();
        standing = obeyed;
        places = List.of(folders);
        List<RouteFile> files = RouteFile.read(settings.layers(), places);
        List<RouteFault> found = new ArrayList<>(check.check(files).faults());
        for (RouteFile file : files) {
            if (found.stream().noneMatch(fault -> fault.file().equals(file.name()))) {
                try {
                    loaded.put(file.name(), loader.load(file));
                } catch (RouteLoader.Broken e) {
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
        LOG.info("{} routes run, from {} files", camel.getRoutesSize(), loaded.size());
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
     * with them, and one that takes requests all that do, so that their order stays. A route that
     * was stopped is still stopped afterwards.
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
        // A route that is taken away under a running pull would lose what the pull has still to ask.
        List<String> busy = loader.atWork(out);
        if (!busy.isEmpty()) {
            throw RoutesRefused.atWork(busy);
        }
        alongside.run();
        Set<String> stopped = loader.stopped(out);
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

    private void replace(List<Loaded> out, List<RouteFile> in, Set<String> stopped) {
        Set<String> still = stoppedByName();
        still.addAll(stopped);
        standing = still;
        out.forEach(this::unload);
        List<RouteFile> done = new ArrayList<>();
        try {
            for (RouteFile file : in) {
                loaded.put(file.name(), loader.load(file));
                done.add(file);
            }
        } catch (RouteLoader.Broken e) {
            done.forEach(file -> unload(loaded.get(file.name())));
            out.forEach(this::loadAgain);
            throw RoutesRefused.broken(List.of(e.fault()));
        }
        faults = List.of();
    }

    private void unload(Loaded file) {
        loaded.remove(file.file().name());
        loader.unload(file);
    }

    private void loadAgain(Loaded before) {
        try {
            loaded.put(before.file().name(), loader.load(before.file()));
        } catch (RouteLoader.Broken e) {
            LOG.error("A route file that ran before does not any more: {}", e.fault());
        }
    }

    /**
     * Stops a route everywhere, until it is started by name: other daemons obey within seconds, a restart starts it not.
     *
     * @param route the id of a route that runs or stands still here
     */
    public void stop(String route) {
        stops.orElseThrow().stop(route);
        obey();
    }

    /**
     * Starts a route that was stopped, everywhere.
     *
     * @param route the id of a route that stands still here
     */
    public void start(String route) {
        stops.orElseThrow().start(route);
        loader.start(List.of(route));
        obey();
    }

    /** Brings this process to what the database says of stopped routes: what another daemon was told holds here as well. */
    public synchronized void obey() {
        Set<String> wanted = stops.orElseThrow().stopped();
        loader.stop(wanted);
        loader.start(obeyed.stream().filter(route -> !wanted.contains(route)).toList());
        obeyed = wanted;
    }

    /** Those that a person has stopped, here or elsewhere, as the database says. */
    private Set<String> stoppedByName() {
        return new TreeSet<>(stops.map(RouteStops::stopped).orElse(Set.of()));
    }
}
