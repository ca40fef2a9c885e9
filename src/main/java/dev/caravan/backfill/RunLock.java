package dev.caravan.backfill;

import dev.caravan.database.Database;
import dev.caravan.database.Statements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * The locks of a run, on a connection of their own: that of the order, and that of its kind at its source. PostgreSQL
 * releases them when the process dies, however it dies. When the server itself was away, they are taken again.
 */
final class RunLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
    private static final int VALID_WITHIN_SECONDS = 5;

    private final Database server;
    private final Statements statements;
    private final int backfill;
    private final String source;
    private final BackfillKind kind; // null: of the order alone
    private Connection connection; // null while the server is away

    private RunLock(Database server, Statements statements, int backfill, String source, BackfillKind kind) {
        this.server = server;
        this.statements = statements;
        this.backfill = backfill;
        this.source = source;
        this.kind = kind;
    }

    /**
     * @return the lock
     * @throws BackfillRunning when another process or thread holds one of the two
     */
    static RunLock take(Database server, Statements statements, int backfill, String source, BackfillKind kind) {
        RunLock lock = new RunLock(server, statements, backfill, source, kind);
        lock.take();
        return lock;
    }

    /**
     * Takes the lock of an order alone, to see whether anybody runs it.
     *
     * @return the lock
     * @throws BackfillRunning when somebody does
     */
    static RunLock takeOrderOnly(Database server, Statements statements, int backfill) {
        return take(server, statements, backfill, null, null);
    }

    private void take() {
        Connection taken = null;
        try {
            taken = server.connectApart();
            if (!tryLock(taken, "backfill/lock-order", String.valueOf(backfill))) {
                throw new BackfillRunning("backfill " + backfill + " is under way already");
            }
            if (kind != null && !tryLock(taken, "backfill/lock-slot", source, kind.label())) {
                throw new BackfillRunning("another " + kind.label() + " of " + source + " is under way");
            }
            connection = taken;
        } catch (SQLException e) {
            throw new TransientDataAccessResourceException("the database does not answer: " + e.getMessage(), e);
        } finally {
            if (connection == null) {
                closeQuietly(taken);
            }
        }
    }

    private boolean tryLock(Connection on, String statement, String... parameters) throws SQLException {
        try (PreparedStatement lock = on.prepareStatement(statements.text(statement))) {
            for (int i = 0; i < parameters.length; i++) {
                lock.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = lock.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /**
     * Makes sure that the lock is held, taking it again where the server has been away.
     *
     * @throws BackfillRunning when somebody else has taken it meanwhile
     */
    synchronized void hold() {
        try {
            if (connection != null && connection.isValid(VALID_WITHIN_SECONDS)) {
                return;
            }
        } catch (SQLException e) {
            LOG.debug("The connection of a lock is gone: {}", e.getMessage());
        }
        closeQuietly(connection);
        connection = null;
        take();
    }

    @Override
    public synchronized void close() {
        if (connection != null) {
            // The server notes a closed connection a moment late; who begins at once would find the lock still held.
            try (PreparedStatement unlock = connection.prepareStatement(statements.text("backfill/unlock"))) {
                unlock.execute();
            } catch (SQLException e) {
                LOG.debug("A lock goes with its connection: {}", e.getMessage());
            }
        }
        closeQuietly(connection);
        connection = null;
    }

    private static void closeQuietly(Connection connection) {
        if (connection == null) {
            return;
        }
        try {
            connection.close(); // and with it the lock
        } catch (SQLException e) {
            LOG.debug("A lock's connection did not close: {}", e.getMessage());
        }
    }
}
