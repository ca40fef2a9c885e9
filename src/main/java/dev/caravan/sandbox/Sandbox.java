package dev.caravan.sandbox;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Plays the vendors on loopback: realistic answers in the documented shapes, made up, the same for every request within
 * an hour (UTC), with faults on request. Nothing leaves the machine and nothing is read but the configured ids.
 */
public final class Sandbox implements AutoCloseable {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int THREADS = 64;
    private static final int WAITING = 2_048;
    /** Connections that the operating system holds for us until we take them. */
    private static final int BACKLOG = 1_024;

    private final HttpServer server;
    private final ThreadPoolExecutor pool;
    private final Map<String, String> endpoints;
    private final Faults faults;
    private final RequestLog requests;

    private Sandbox(
            HttpServer server,
            ThreadPoolExecutor pool,
            Map<String, String> endpoints,
            Faults faults,
            RequestLog requests) {
        this.server = server;
        this.pool = pool;
        this.endpoints = endpoints;
        this.faults = faults;
        this.requests = requests;
    }

    /**
     * Starts the sandbox.
     *
     * @param configurationFolder the folder with {@code defillama.csv} and the like, whose ids the vendors then know;
     *     without a file its vendor knows only what the sandbox makes up
     * @param clock gives the time that answers are made for
     * @param port the port on 127.0.0.1; 0 for any that is free
     * @throws UncheckedIOException when the port is taken or a file cannot be read
     */
    public static Sandbox start(Path configurationFolder, Clock clock, int port) {
        return start(configurationFolder::resolve, clock, port);
    }

    /**
     * Starts the sandbox.
     *
     * @param configuration tells where the file of that name, such as {@code defillama.csv}, is
     * @param clock gives the time that answers are made for
     * @param port the port on 127.0.0.1; 0 for any that is free
     * @throws UncheckedIOException when the port is taken or a file cannot be read
     */
    public static Sandbox start(Function<String, Path> configuration, Clock clock, int port) {
        List<Vendor> vendors = List.of(
                new ArtemisVendor(ConfiguredRows.read(configuration.apply("artemis.csv"))),
                new DefiLlamaVendor(ConfiguredRows.read(configuration.apply("defillama.csv"))),
                new CoinGeckoVendor(ConfiguredRows.read(configuration.apply("coingecko.csv"))),
                new VeloVendor(ConfiguredRows.read(configuration.apply("velo.csv"))),
                new AlphaVantageVendor(ConfiguredRows.read(configuration.apply("alphavantage.csv"))),
                new BlockchainVendor());
        // Without it every small answer on a kept connection waits 40 ms for the client's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, e);
        }
        Faults faults = new Faults();
        RequestLog requests = new RequestLog();
        ThreadPoolExecutor pool = pool();
        ThreadLocal<Long> arrival = new ThreadLocal<>();
        server.setExecutor(task -> {
            long arrivedNanos = System.nanoTime();
            pool.execute(() -> {
                arrival.set(arrivedNanos);
                task.run();
            });
        });
        server.createContext("/", new FrontDoor(vendors, faults, requests, clock, arrival::get));
        server.start();
        String origin = "http://127.0.0.1:" + server.getAddress().getPort();
        Map<String, String> endpoints = new LinkedHashMap<>();
        for (Vendor vendor : vendors) {
            vendor.endpoints().forEach((setting, path) -> endpoints.put(setting, origin + path));
        }
        return new Sandbox(server, pool, Map.copyOf(endpoints), faults, requests);
    }

    /** The port listened on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** The base addresses by the names of the environment variables that set them, for instance COINGECKO_API_URL. */
    public Map<String, String> endpoints() {
        return endpoints;
    }

    /** The faults in force, to be changed at will. */
    public Faults faults() {
        return faults;
    }

    /** The requests so far. */
    public RequestLog requests() {
        return requests;
    }

    /** Stops at once; requests under way are cut off. */
    @Override
    public void close() {
        server.stop(0);
        pool.shutdownNow();
    }

    private static ThreadPoolExecutor pool() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING),
                task -> {
                    Thread thread = new Thread(task, "sandbox-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                // A full queue slows the taking of connections down instead of losing requests.
                new ThreadPoolExecutor.CallerRunsPolicy());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
