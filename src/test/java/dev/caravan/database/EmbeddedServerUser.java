package dev.caravan.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/**
 * A process of its own that uses an embedded server: opens the one of the folder, runs the statement if there is one, prints
 * {@code port=N}, and leaves when its standard input ends.
 */
public final class EmbeddedServerUser {
    private EmbeddedServerUser() {}

    /**
     * @param arguments the folder, and a statement to run in it
     * @throws Exception when the server or the statement fails
     */
    public static void main(String[] arguments) throws Exception {
        try (EmbeddedServer server = EmbeddedServer.open(Path.of(arguments[0]))) {
            DatabaseAddress address = server.address();
            if (arguments.length > 1) {
                try (Connection connection =
                                DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                        Statement statement = connection.createStatement()) {
                    statement.execute(arguments[1]);
                }
            }
            System.out.println("port=" + address.jdbcUrl().replaceAll(".*:(\\d+)/.*", "$1"));
            System.out.flush();
            while (System.in.read() >= 0) {
                // until whoever started us closes the stream or is gone
            }
        }
    }
}
