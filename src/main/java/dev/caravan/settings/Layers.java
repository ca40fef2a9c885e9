package dev.caravan.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folders that routes, config and sql are read from: the installation, and over it the user's own. A user's folder that
 * has {@code sql/migrations} is whole and stands alone; any other one adds to the installation, and what it has of the same
 * name is taken instead. So one folder with three files is enough to add a source.
 */
public final class Layers {
    private final List<Path> folders; // the installation first, the user's own last

    private Layers(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /**
     * @param whole a folder with everything in it
     * @return that folder alone
     */
    public static Layers of(Path whole) {
        return new Layers(List.of(absolute(whole)));
    }

    /**
     * @param installation the folder that the program came with
     * @param own the user's folder, perhaps the same, perhaps nearly empty
     * @return the user's folder over the installation, or alone where it is whole
     */
    public static Layers of(Path installation, Path own) {
        boolean whole = Files.isDirectory(own.resolve("sql/migrations"));
        return whole || absolute(own).equals(absolute(installation))
                ? of(own)
                : new Layers(List.of(absolute(installation), absolute(own)));
    }

    private static Path absolute(Path folder) {
        return folder.toAbsolutePath().normalize();
    }

    /** @return the user's own folder, absolute */
    public Path own() {
        return folders.get(folders.size() - 1);
    }

    /**
     * @param name a file or folder by its path below the home, such as {@code config/sources/velo.csv}
     * @return the user's where it exists, else the installation's, which may not exist either
     */
    public Path file(String name) {
        Path own = own().resolve(name);
        return Files.exists(own) ? own : folders.get(0).resolve(name);
    }

    /**
     * @param name a file that layers add to one another in, such as {@code config/metrics.csv}
     * @return those that exist, the installation's first; the later one has the last word. The installation's stands there
     *     when there is none, so that reading it says what is missing
     */
    public List<Path> each(String name) {
        List<Path> found = folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::exists)
                .toList();
        return found.isEmpty() ? List.of(file(name)) : found;
    }

    /**
     * @param name a folder, such as {@code routes/sources}
     * @return the files in it and below, of all layers, in the order of their paths; by their path below the home
     * @throws UncheckedIOException when a folder cannot be read
     */
    public Map<String, Path> files(String name) {
        Map<String, Path> files = new TreeMap<>();
        for (Path folder : folders) {
            for (Path file : filesBelow(folder.resolve(name))) {
                files.put(folder.relativize(file).toString().replace('\\', '/'), file);
            }
        }
        return files;
    }

    private static List<Path> filesBelow(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return new ArrayList<>(files.filter(Files::isRegularFile).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
