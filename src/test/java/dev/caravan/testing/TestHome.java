package dev.caravan.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder with the project's own routes, statements and settings, in which a test changes what it needs. */
public final class TestHome {
    private final Path folder;

    private TestHome(Path folder) {
        this.folder = folder;
    }

    /** @return the project's own folder, unchanged */
    public static Path project() {
        return Path.of("").toAbsolutePath();
    }

    /**
     * @param folder an empty folder, such as a {@code @TempDir}
     * @return a copy of routes, sql and config in it
     */
    public static TestHome copyTo(Path folder) {
        for (String name : List.of("routes", "sql", "config")) {
            copy(project().resolve(name), folder.resolve(name));
        }
        return new TestHome(folder);
    }

    /**
     * @param folder a folder that is a copy already, or is to hold only what the test writes
     * @return that folder as it is
     */
    public static TestHome in(Path folder) {
        return new TestHome(folder);
    }

    /**
     * @param file a path below the folder
     * @param lines its new content
     * @return this
     */
    public TestHome write(String file, String... lines) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.write(path, List.of(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** @return the folder */
    public Path path() {
        return folder;
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
