package dev.caravan.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/** A port on loopback that nobody listens on. */
public final class FreePort {
    private FreePort() {}

    /** @return its number */
    public static int find() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes a program serve HTTP on a free port.
     *
     * @param settings the program's settings, to be added to
     * @return the port
     */
    public static int serve(Map<String, String> settings) {
        int port = find();
        settings.put("camel.server.enabled", "true");
        settings.put("camel.server.host", "127.0.0.1");
        settings.put("camel.server.port", String.valueOf(port));
        return port;
    }
}
