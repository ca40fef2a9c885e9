package dev.caravan.cli;

import dev.caravan.Caravan;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.Settings;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** The program as one command uses it, with vendors on loopback where the sandbox is asked for. */
final class Session implements AutoCloseable {
    private final Sandbox sandbox; // null outside the sandbox, and for commands that ask no vendor
    private final Caravan caravan;

    private Session(Sandbox sandbox, Caravan caravan) {
        this.sandbox = sandbox;
        this.caravan = caravan;
    }

    /**
     * Opens database and settings for a command that asks no vendor.
     *
     * @param command the command line
     * @param more further settings of it
     * @return the session
     */
    static Session ofDatabase(CaravanCommand command, Map<String, String> more) {
        logWarningsOnly();
        return new Session(null, Caravan.open(command.settings(more)));
    }

    /**
     * Opens database and settings, and, in the sandbox, the vendors.
     *
     * @param command the command line
     * @param more further settings of it
     * @return the session
     */
    static Session withVendors(CaravanCommand command, Map<String, String> more) {
        Settings settings = command.settings(more);
        if (!command.sandbox()) {
            return new Session(null, Caravan.open(settings));
        }
        Sandbox sandbox = Sandbox.start(name -> settings.layers().file("config/sources/" + name), settings.clock(), 0);
        Map<String, String> withVendors = new HashMap<>(more);
        // DEFILLAMA_API_URL is the setting defillama.api.url.
        sandbox.endpoints()
                .forEach((name, url) ->
                        withVendors.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), url));
        try {
            return new Session(sandbox, Caravan.open(command.settings(withVendors)));
        } catch (RuntimeException e) {
            sandbox.close();
            throw e;
        }
    }

    /** Leaves the log to warnings: a command prints its result, and that is what its user came for. */
    static void logWarningsOnly() {
        if (System.getenv("CARAVAN_LOG_LEVEL") == null) {
            Configurator.setLevel("dev.caravan", Level.WARN);
        }
    }

    Caravan caravan() {
        return caravan;
    }

    @Override
    public void close() {
        caravan.close();
        if (sandbox != null) {
            sandbox.close();
        }
    }
}
