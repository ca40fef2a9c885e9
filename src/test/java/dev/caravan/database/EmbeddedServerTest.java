package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded server as several users and processes see it. All tests share a folder; each begins with nobody in it. */
final class EmbeddedServerTest {
    @TempDir
    static Path folder;

    private final List<EmbeddedServer> open = new ArrayList<>();
    private final List<User> users = new ArrayList<>();

    @AfterEach
    void leave() throws Exception {
        for (User user : users) {
            user.kill();
        }
        List.copyOf(open).forEach(this::close);
        if (isRunning()) {
            close(open()); // a child that was killed left it to us
        }
        assertThat(isRunning()).isFalse();
        Files.deleteIfExists(note()); // what a test wrote there must not fail the next one
    }

    @Test
    void twoUsersInOneProcessShareIt() throws Exception {
        EmbeddedServer first = open();
        EmbeddedServer second = open();
        assertThat(second.address()).isEqualTo(first.address());
        close(first);
        assertThat(ask(second, "SELECT 1")).isEqualTo("1");
        close(second);
        assertThat(isRunning()).isFalse();
    }

    @Test
    void theSamePlaceByAnotherNameIsTheSameServer() {
        EmbeddedServer first = open();
        EmbeddedServer second = EmbeddedServer.open(folder.resolve("x/.."));
        open.add(second);
        assertThat(second.address()).isEqualTo(first.address());
        assertThat(second.folder()).isEqualTo(first.folder());
    }

    @Test
    void dataSurvivesCloseAndOpen() throws Exception {
        EmbeddedServer before = open();
        run(before, "CREATE TABLE IF NOT EXISTS survives AS SELECT 42 AS answer");
        close(before);
        assertThat(isRunning()).isFalse();
        assertThat(ask(open(), "SELECT answer FROM survives")).isEqualTo("42");
    }

    @Test
    void aSecondProcessUsesItAndLeavesItRunning() throws Exception {
        EmbeddedServer server = open();
        long process = postmaster();
        try (Connection connection = connect(server)) {
            User user = user("CREATE TABLE IF NOT EXISTS shared AS SELECT 7 AS n");
            assertThat(user.port()).isEqualTo(port(server));
            assertThat(user.leave()).isZero();
            assertThat(connection.isValid(10)).isTrue();
        }
        assertThat(ask(server, "SELECT n FROM shared")).isEqualTo("7");
        assertThat(postmaster()).isEqualTo(process);
    }

    @Test
    void theLastProcessThatLeavesStopsIt() throws Exception {
        EmbeddedServer server = open();
        int port = port(server);
        User user = user();
        close(server);
        assertThat(isRunning()).isTrue();
        EmbeddedServer again = open();
        assertThat(port(again)).isEqualTo(port);
        close(again);
        assertThat(user.leave()).isZero();
        assertThat(isRunning()).isFalse();
    }

    @Test
    void twoProcessesThatStartItAtOnceShareIt() throws Exception {
        User first = start(folder);
        User second = start(folder);
        assertThat(first.port()).isEqualTo(second.port());
        assertThat(first.leave()).isZero();
        assertThat(isRunning()).isTrue();
        assertThat(second.leave()).isZero();
        assertThat(isRunning()).isFalse();
    }

    @Test
    void aKilledProcessLeavesAServerThatTheNextOneFinds() throws Exception {
        User user = user("CREATE TABLE IF NOT EXISTS left_behind AS SELECT 'here' AS word");
        long process = postmaster();
        user.kill();
        EmbeddedServer found = open();
        assertThat(port(found)).isEqualTo(user.port());
        assertThat(postmaster()).isEqualTo(process);
        assertThat(ask(found, "SELECT word FROM left_behind")).isEqualTo("here");
        close(found);
        assertThat(isRunning()).isFalse();
    }

    @Test
    void aNoteOfAProcessThatIsGoneDoesNotStopTheStart() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        assertThat(gone.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertStartsDespite(note(gone.pid()));
    }

    @Test
    void aNoteOfAnotherProgramDoesNotStopTheStart() throws Exception {
        assertStartsDespite(note(ProcessHandle.current().pid()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "99999999\n", "torn\nby\na\ncrash\n"})
    void aNoteThatWasTornDoesNotStopTheStart(String content) throws Exception {
        assertStartsDespite(content);
    }

    @Test
    void aKilledServerIsStartedAgainWithItsData() throws Exception {
        EmbeddedServer server = open();
        run(server, "CREATE TABLE IF NOT EXISTS crashed AS SELECT 'kept' AS word");
        ProcessHandle process = ProcessHandle.of(postmaster()).orElseThrow();
        assertThat(process.destroyForcibly()).isTrue();
        process.onExit().get(30, TimeUnit.SECONDS);
        close(server);
        assertThat(ask(open(), "SELECT word FROM crashed")).isEqualTo("kept");
    }

    @ParameterizedTest
    @CsvSource({
        "fsync, on",
        "full_page_writes, on",
        "synchronous_commit, on",
        "log_timezone, UTC",
        "server_encoding, UTF8",
        "listen_addresses, 127.0.0.1",
        "unix_socket_directories, ''",
        "password_encryption, scram-sha-256"
    })
    void itIsSetUpForDataThatMatter(String setting, String value) throws SQLException {
        assertThat(ask(open(), "SHOW " + setting)).isEqualTo(value);
    }

    @Test
    void nobodyComesInWithoutThePassword() throws SQLException {
        EmbeddedServer server = open();
        String url = server.address().jdbcUrl();
        String user = server.address().user();
        assertThat(ask(server, "SELECT 1")).isEqualTo("1");
        assertThatThrownBy(() -> DriverManager.getConnection(url, user, "wrong").close())
                .isInstanceOf(SQLException.class)
                .extracting(failure -> ((SQLException) failure).getSQLState())
                .isEqualTo("28P01");
        assertThatThrownBy(() -> DriverManager.getConnection(url, user, null).close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password");
        assertThatThrownBy(() -> DriverManager.getConnection(url, user, "").close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password");
    }

    @Test
    void onlyTheOwnerReadsThePassword() throws IOException {
        EmbeddedServer server = open();
        assertThat(server.address().password()).hasSizeGreaterThanOrEqualTo(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data"))))
                .endsWith("---");
    }

    private void assertStartsDespite(String note) throws Exception {
        EmbeddedServer before = open();
        run(before, "CREATE TABLE IF NOT EXISTS noted AS SELECT 'still' AS word");
        close(before);
        Files.writeString(note(), note);
        EmbeddedServer server = open();
        assertThat(ask(server, "SELECT word FROM noted")).isEqualTo("still");
        assertThat(postmaster()).isNotEqualTo(ProcessHandle.current().pid());
    }

    /** What a server that stopped without tidying up would leave. */
    private static String note(long process) {
        return process + "\n" + folder.resolve("data")
                + "\n1700000000\n5999\n\n127.0.0.1\n  5999001         0\nready   \n";
    }

    private EmbeddedServer open() {
        EmbeddedServer server = EmbeddedServer.open(folder);
        open.add(server);
        return server;
    }

    private void close(EmbeddedServer server) {
        open.remove(server);
        server.close();
    }

    private static boolean isRunning() throws IOException {
        return postmaster() > 0
                && ProcessHandle.of(postmaster())
                        .filter(process ->
                                process.pid() != ProcessHandle.current().pid())
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
    }

    /** The server's process by its own note, or 0 when there is none that can be read. */
    private static long postmaster() throws IOException {
        if (!Files.exists(note())) {
            return 0;
        }
        List<String> lines = Files.readAllLines(note());
        return lines.isEmpty() || !lines.get(0).matches("\\d+") ? 0 : Long.parseLong(lines.get(0));
    }

    private static Path note() {
        return folder.resolve("data/postmaster.pid");
    }

    private static int port(EmbeddedServer server) {
        return Integer.parseInt(server.address().jdbcUrl().replaceAll(".*:(\\d+)/.*", "$1"));
    }

    private static Connection connect(EmbeddedServer server) throws SQLException {
        DatabaseAddress address = server.address();
        return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
    }

    private static void run(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            return single(statement, sql);
        }
    }

    private static String single(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    private User user(String... statement) throws IOException {
        User user = start(folder, statement);
        assertThat(user.port()).isPositive();
        return user;
    }

    private User start(Path place, String... statement) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedServerUser.class.getName(),
                place.toString()));
        command.addAll(List.of(statement));
        User user = new User(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
        users.add(user);
        return user;
    }

    /** Another process that uses the server. */
    private static final class User {
        private final Process process;
        private int port;

        User(Process process) {
            this.process = process;
        }

        /** Waits until it has opened the server. */
        int port() throws IOException {
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            while (port == 0) {
                String line = output.readLine();
                assertThat(line)
                        .as("the other process ended before it had a server")
                        .isNotNull();
                if (line.startsWith("port=")) {
                    port = Integer.parseInt(line.substring(5));
                }
            }
            return port;
        }

        int leave() throws Exception {
            process.getOutputStream().close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        void kill() throws Exception {
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
