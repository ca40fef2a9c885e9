package dev.caravan.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The server's programs: unpacked once from the archive that the platform's library carries, and run. PostgreSQL refuses
 * to run as root; there the programs run in a user namespace of their own, in which root is nobody.
 */
final class ServerPrograms {
    private static final int LONGEST_OUTPUT = 2_000;

    private final Path folder;
    private final Path workingDirectory;
    private Path binaries;
    private List<String> prefix = List.of();

    /**
     * @param folder where the programs are unpacked, one folder a version
     * @param workingDirectory where they run
     */
    ServerPrograms(Path folder, Path workingDirectory) {
        this.folder = folder;
        this.workingDirectory = workingDirectory;
    }

    /**
     * Unpacks the programs if that has not been done, and finds out how to run them here.
     *
     * @throws IOException when the platform has no programs on the class path, or root has no way to run them
     */
    void prepare() throws IOException {
        String archive = "/postgres-" + system() + "-" + architecture() + ".txz";
        try (InputStream stream = ServerPrograms.class.getResourceAsStream(archive)) {
            if (stream == null) {
                throw new IOException("this build carries no PostgreSQL for " + system() + " on " + architecture()
                        + ": build on this machine, or set DATABASE_URL");
            }
            // Two versions differ in size: the size tells whether what is unpacked is what we carry.
            binaries = folder.resolve("postgresql-" + resourceSize(archive));
            if (!Files.isDirectory(binaries)) {
                Path unfinished = folder.resolve("unfinished");
                deleteTree(unfinished);
                unpack(stream, unfinished);
                Files.move(unfinished, binaries);
            }
        }
        if (isRoot()) {
            prefix = List.of("unshare", "--user");
            if (runs(List.of("unshare", "--user", "true"))) {
                return;
            }
            throw new IOException("PostgreSQL does not run as root, and this machine gives root no user namespace:"
                    + " start Caravan as an ordinary user, or set DATABASE_URL");
        }
    }

    private static long resourceSize(String archive) throws IOException {
        return ServerPrograms.class.getResource(archive).openConnection().getContentLengthLong();
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("the archive of the server holds a path outside itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
                    if (path.getParent().endsWith("bin") && !path.toFile().setExecutable(true)) {
                        throw new IOException("cannot make " + path + " executable");
                    }
                }
            }
        }
    }

    /**
     * Runs one of the programs to its end.
     *
     * @param program its name, such as {@code pg_ctl}
     * @param patience how long it may take
     * @param arguments its arguments
     * @throws IOException when it fails or takes longer; the message holds the end of what it printed
     */
    void run(String program, Duration patience, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        // Into a file: a server that pg_ctl starts would hold a pipe open for as long as it lives.
        Path output = Files.createTempFile(workingDirectory, program, ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(workingDirectory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                    .start();
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            if (!ended || process.exitValue() != 0) {
                String text = Files.readString(output).strip();
                throw new IOException(program
                        + (ended ? " failed: " : " did not end in time: ")
                        + text.substring(Math.max(0, text.length() - LONGEST_OUTPUT))
                                .replaceAll("\\s*\\R\\s*", "; "));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " ran", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static java.io.File nothing() {
        return new java.io.File(isWindows() ? "NUL" : "/dev/null");
    }

    private static boolean runs(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean isRoot() {
        return !isWindows() && "root".equals(System.getProperty("user.name"));
    }

    private static boolean isWindows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (name.contains("windows")) {
            return "windows";
        }
        return name.contains("mac") ? "darwin" : "linux";
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default -> System.getProperty("os.arch");
        };
    }

    /**
     * Deletes a folder and all it holds; nothing when it is not there.
     *
     * @param folder what to delete
     * @throws IOException when something in it cannot be deleted
     */
    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
