package dev.caravan.routes;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Layers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;

/**
 * A route file as it was read: what is loaded is what was checked, even if the file is edited in between.
 *
 * @param name its path below the home, such as {@code routes/sources/velo.camel.yaml}
 * @param path where it is
 * @param text its whole text
 */
record RouteFile(String name, Path path, String text) {
    private static final List<String> ENDINGS = List.of(".camel.yaml", ".camel.xml");
    /** What the others are built on: error policies, the ways out and into the database, templates. */
    private static final List<String> SHARED = List.of("routes/common/", "routes/templates/");

    /**
     * Reads route files, in the order of the places.
     *
     * @param layers the folders that hold {@code routes}
     * @param places folders below {@code routes}, such as {@code common}, or single files without their ending
     * @return the files in the order in which they are to be loaded
     * @throws ConfigurationException when one cannot be read
     */
    static List<RouteFile> read(Layers layers, List<String> places) {
        List<RouteFile> files = new ArrayList<>();
        for (Map.Entry<String, Path> file : layers.files("routes").entrySet()) {
            if (place(places, file.getKey()) < places.size()) {
                files.add(read(file.getKey(), file.getValue()));
            }
        }
        files.sort(Comparator.comparing((RouteFile file) -> place(places, file.name()))
                .thenComparing(RouteFile::name));
        return files;
    }

    /** Which of the places a file belongs to, or the number of places when to none. */
    private static int place(List<String> places, String name) {
        for (int i = 0; i < places.size(); i++) {
            String place = "routes/" + places.get(i);
            boolean inside = ENDINGS.stream()
                    .anyMatch(ending ->
                            name.equals(place + ending) || (name.startsWith(place + "/") && name.endsWith(ending)));
            if (inside) {
                return i;
            }
        }
        return places.size();
    }

    private static RouteFile read(String name, Path path) {
        try {
            return new RouteFile(name, path, Files.readString(path));
        } catch (IOException e) {
            throw new ConfigurationException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /** @return whether other files are built on it, so that it cannot be changed alone */
    boolean shared() {
        return SHARED.stream().anyMatch(name::startsWith);
    }

    /** @return whether it takes requests: of several routes that fit, the one that came first takes one */
    boolean takesRequests() {
        return text.contains("platform-http:");
    }

    /**
     * @param expression what is sought
     * @param from the line to begin at, from 1; 0 for the first
     * @return the line that it is on, or 0
     */
    int lineOf(Pattern expression, int from) {
        List<String> lines = text.lines().toList();
        for (int i = Math.max(from, 1); i <= lines.size(); i++) {
            if (expression.matcher(lines.get(i - 1)).find()) {
                return i;
            }
        }
        return 0;
    }

    /**
     * @param route the id of one of its routes
     * @return the line of that id, or 0
     */
    int lineOfRoute(String route) {
        return lineOf(Pattern.compile("\\b(?:id|routeId)(?:: *\"?|=\")" + Pattern.quote(route) + "(?![\\w-])"), 0);
    }

    /** @return the text under the file's address, for Camel's loaders */
    Resource resource() {
        return ResourceHelper.fromBytes("file:" + path, text.getBytes(StandardCharsets.UTF_8));
    }
}
