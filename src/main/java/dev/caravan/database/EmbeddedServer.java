package dev.caravan.database;

import dev.caravan.settings.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL server of our own, its data in a folder. It runs apart from this process, so that a killed daemon
 * loses nothing: the next process finds the server and goes on with it. Every process that uses it holds a shared lock
 * on {@code users.lock}; the last one that leaves stops it. {@code start.lock} keeps two processes from starting or
 * stopping it at once. The operating system releases both when a process dies.
 */
public final class EmbeddedServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final String SUPERUSER = "caravan";
    private static final String DATABASE = "caravan";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration RETRY = Duration.ofMillis(50);
    // File locks belong to a process: two users in one process share the lock of the first.
    private static final Map<Path, Integer> USERS_HERE = new ConcurrentHashMap<>();
    private static final Map<Path, FileChannel> CHANNELS_HERE = new ConcurrentHashMap<>();

    private final Path folder;
    private final ServerPrograms programs;
    private final AtomicBoolean closed = new AtomicBoolean();
    private int port;

    private EmbeddedServer(Path folder) {
        this.folder = folder;
        this.programs = new ServerPrograms(folder.resolve("programs"), folder);
    }

    /**
     * Finds the server of a folder, or starts it, making its database on first use.
     *
     * @param folder where programs, data, log and password stand; made when missing
     * @return the running server; {@link #close} when done with it
     * @throws ConfigurationException when it cannot be started; one line that names the log
     */
    public static EmbeddedServer open(Path folder) {
        Path place = folder.toAbsolutePath().normalize();
        synchronized (EmbeddedServer.class) {
            try {
                Files.createDirectories(place);
                EmbeddedServer server = new EmbeddedServer(place);
                try (FileChannel channel = lockFile(place, "start.lock");
                        FileLock start = exclusive(channel)) {
                    server.findOrStart();
                    enter(place);
                }
                return server;
            } catch (IOException e) {
                throw new ConfigurationException(
                        "the embedded database in " + place + " cannot be started: " + e.getMessage(), e);
            }
        }
    }

    private void findOrStart() throws IOException {
        Path data = folder.resolve("data");
        programs.prepare();
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialise(data);
        }
        Optional<Integer> running = portOfRunningServer(data);
        if (running.isPresent()) {
            port = running.get();
            LOG.info("Found the embedded PostgreSQL of {} on port {}", folder, port);
        } else {
            start(data);
        }
        createDatabase();
    }

    private void initialise(Path data) throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Path password = folder.resolve("password");
        Files.writeString(password, HexFormat.of().formatHex(random));
        restrict(password);
        LOG.info("Making a new PostgreSQL database in {}", data);
        // Into a folder of another name first: a kill half-way must not leave one that looks finished.
        Path unfinished = folder.resolve("data.unfinished");
        ServerPrograms.deleteTree(unfinished);
        programs.run(
                "initdb",
                PATIENCE,
                List.of(
                        "--pgdata=" + unfinished,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C"));
        Files.move(unfinished, data);
    }

    private void start(Path data) throws IOException {
        port = freePort();
        String options = String.join(
                " ",
                "-p " + port,
                "-c listen_addresses=127.0.0.1",
                "-c unix_socket_directories=''",
                "-c timezone=UTC",
                "-c log_timezone=UTC",
                "-c max_connections=64",
                "-c shared_buffers=128MB",
                // A pull touches every leaf of its series once an hour: rarer checkpoints, fewer full pages in the WAL.
                "-c checkpoint_timeout=1h",
                "-c max_wal_size=2GB",
                "-c autovacuum_vacuum_insert_scale_factor=0.02");
        Path log = folder.resolve("server.log");
        programs.run(
                "pg_ctl",
                PATIENCE,
                List.of(
                        "start",
                        "--wait",
                        "--timeout=" + PATIENCE.toSeconds(),
                        "--pgdata=" + data,
                        "--log=" + log,
                        "--options=" + options));
        LOG.info("Started the embedded PostgreSQL of {} on port {}, log in {}", folder, port, log);
    }

    /** Looks at the server's own note of itself; a note whose process is gone or is another program is out of date. */
    private Optional<Integer> portOfRunningServer(Path data) throws IOException {
        Path note = data.resolve("postmaster.pid");
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(note, StandardCharsets.ISO_8859_1);
        boolean readable = lines.size() >= 4
                && lines.get(0).strip().matches("\\d{1,10}")
                && lines.get(3).strip().matches("\\d{1,5}");
        // An empty or torn note is what a power cut leaves. Nobody else starts the server now: we hold start.lock.
        if (!readable || !isOurServer(Long.parseLong(lines.get(0).strip()), data)) {
            Files.deleteIfExists(note);
            return Optional.empty();
        }
        int candidate = Integer.parseInt(lines.get(3).strip());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try (Connection ignored = connect(candidate, "postgres")) {
                return Optional.of(candidate);
            } catch (SQLException e) {
                // Still starting, or recovering after a crash of the machine.
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
        throw new IOException("a server runs as process " + lines.get(0) + " but does not answer; see "
                + folder.resolve("server.log"));
    }

    private static boolean isOurServer(long processId, Path data) {
        Optional<ProcessHandle> process = ProcessHandle.of(processId).filter(ProcessHandle::isAlive);
        if (process.isEmpty()) {
            return false;
        }
        ProcessHandle.Info info = process.get().info();
        // The number may have been given to another program since, or to the server of another folder.
        return info.commandLine()
                .map(line -> line.contains("postgres") && line.contains(data.toString()))
                .orElseGet(() -> info.command().orElse("").contains("postgres"));
    }

    private void createDatabase() throws IOException {
        try (Connection connection = connect(port, "postgres");
                var statement = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
            statement.setString(1, DATABASE);
            boolean exists;
            try (var rows = statement.executeQuery()) {
                exists = rows.next();
            }
            if (!exists) {
                try (var create = connection.createStatement()) {
                    create.execute("CREATE DATABASE " + DATABASE);
                }
            }
        } catch (SQLException e) {
            throw new IOException("the server started but does not answer: " + e.getMessage(), e);
        }
    }

    private Connection connect(int candidate, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", password());
        properties.setProperty("connectTimeout", "5");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + candidate + "/" + database, properties);
    }

    private String password() {
        try {
            return Files.readString(folder.resolve("password")).strip();
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the password of the embedded database in " + folder, e);
        }
    }

    /** @return where it listens, and its credentials */
    public DatabaseAddress address() {
        return new DatabaseAddress("jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE, SUPERUSER, password());
    }

    /** @return the folder it was opened with, absolute */
    public Path folder() {
        return folder;
    }

    /** Leaves the server; the last process that leaves stops it. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        synchronized (EmbeddedServer.class) {
            try (FileChannel channel = lockFile(folder, "start.lock");
                    FileLock start = exclusive(channel)) {
                if (leave(folder)) {
                    programs.run(
                            "pg_ctl",
                            PATIENCE,
                            List.of("stop", "--wait", "--mode=fast", "--pgdata=" + folder.resolve("data")));
                    LOG.info("Stopped the embedded PostgreSQL of {}", folder);
                }
            } catch (IOException e) {
                LOG.warn("The embedded PostgreSQL of {} could not be stopped: {}", folder, e.getMessage());
            }
        }
    }

    private static void enter(Path folder) throws IOException {
        if (USERS_HERE.merge(folder, 1, Integer::sum) > 1) {
            return;
        }
        FileChannel channel = lockFile(folder, "users.lock");
        FileLock shared = channel.lock(0, Long.MAX_VALUE, true);
        if (!shared.isShared()) {
            LOG.warn("This file system knows no shared locks: only one process at a time can use {}", folder);
        }
        CHANNELS_HERE.put(folder, channel); // closing the channel releases the lock
    }

    /** @return whether nobody is left, in this process or another */
    private static boolean leave(Path folder) throws IOException {
        if (USERS_HERE.merge(folder, -1, Integer::sum) > 0) {
            return false;
        }
        USERS_HERE.remove(folder);
        try (FileChannel held = CHANNELS_HERE.remove(folder)) {
            LOG.debug("Left {} ({})", folder, held.isOpen());
        }
        try (FileChannel channel = lockFile(folder, "users.lock");
                FileLock alone = channel.tryLock()) {
            return alone != null;
        }
    }

    private static FileChannel lockFile(Path folder, String name) throws IOException {
        return FileChannel.open(
                folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static FileLock exclusive(FileChannel channel) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            LockSupport.parkNanos(RETRY.toNanos());
        }
        throw new IOException("another process has been starting or stopping it for " + PATIENCE.toSeconds() + " s");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void restrict(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        }
    }
}
