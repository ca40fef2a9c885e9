package dev.caravan.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server of a test's own that goes away at once, as in a power cut, and comes back on the same port. */
public final class StoppableServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedServer server;
    private final ServerPrograms programs;

    private StoppableServer(EmbeddedServer server, ServerPrograms programs) {
        this.server = server;
        this.programs = programs;
    }

    /**
     * @param folder where its data stand
     * @return the running server
     */
    public static StoppableServer open(Path folder) {
        EmbeddedServer server = EmbeddedServer.open(folder);
        ServerPrograms programs = new ServerPrograms(server.folder().resolve("programs"), server.folder());
        try {
            programs.prepare();
        } catch (IOException e) {
            server.close();
            throw new UncheckedIOException(e);
        }
        return new StoppableServer(server, programs);
    }

    /** @return its database in the form of {@code DATABASE_URL} */
    public String url() {
        DatabaseAddress address = server.address();
        return "postgres://" + address.user() + ":" + address.password() + "@"
                + address.jdbcUrl().substring("jdbc:postgresql://".length());
    }

    /** Ends all its processes without another word; what was not committed is gone. */
    public void stop() {
        run("pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata=" + data());
    }

    /** Starts it again, which recovers what was committed. */
    public void startAgain() {
        String port = server.address().jdbcUrl().replaceAll(".*:(\\d+)/.*", "$1");
        run(
                "pg_ctl",
                "start",
                "--wait",
                "--pgdata=" + data(),
                "--log=" + server.folder().resolve("server.log"),
                "--options=-p " + port
                        + " -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c timezone=UTC");
    }

    private Path data() {
        return server.folder().resolve("data");
    }

    private void run(String program, String... arguments) {
        try {
            programs.run(program, PATIENCE, List.of(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
