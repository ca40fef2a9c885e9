package dev.caravan.cli;

import dev.caravan.Caravan;
import dev.caravan.fetch.Accounts;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.logging.log4j.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code caravan up}: the daemon. */
@Command(
        name = "up",
        description = "Run the daemon: database, schedule and HTTP, until it is told to stop.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);

    @ParentCommand
    private CaravanCommand parent;

    @Option(names = "--host", paramLabel = "HOST", description = "Where to listen (CARAVAN_HOST; 127.0.0.1).")
    private String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on (CARAVAN_PORT; 8000).")
    private Integer port;

    @Option(names = "--sources", paramLabel = "A,B", split = ",", description = "Pull only these sources.")
    private String[] sources;

    @Option(names = "--no-startup", description = "Neither pull nor order history at the start; wait for the schedule.")
    private boolean noStartup;

    @Option(names = "--fresh", description = "Delete all observations and pulls first; asks before it does.")
    private boolean fresh;

    private volatile boolean failedToStart;

    @Option(names = "--yes", description = "Answer yes to what --fresh asks.")
    private boolean yes;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> more = new HashMap<>();
        Optional.ofNullable(host).ifPresent(value -> more.put("caravan.host", value));
        Optional.ofNullable(port).ifPresent(value -> more.put("caravan.port", value.toString()));
        Settings settings = parent.settings(more);
        String address = settings.text("caravan.host");
        int listen = settings.number("caravan.port", 1, 65_535);
        refuseToStandOpen(settings, address);
        refuseTakenPort(address, listen);
        more.putAll(schedule(settings));
        more.put("camel.server.enabled", "true");
        more.put("camel.server.host", address);
        more.put("camel.server.port", String.valueOf(listen));

        // Told to stop while it still starts, it stops as well, in the same way.
        AtomicReference<Session> opened = new AtomicReference<>();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(opened.get(), stopped), "stop"));
        try {
            Session session = Session.withVendors(parent, more);
            opened.set(session);
            session.caravan().leaveSignalsAlone();
            if (fresh) {
                deleteEverything(session.caravan());
            }
            orderHistory(session.caravan());
            session.caravan().start(Caravan.ROUTES.toArray(String[]::new));
            checkListening(address, listen);
            session.caravan().daemons().beat(); // listed before it says that it is ready, not some seconds later
        } catch (RuntimeException e) {
            failedToStart = true;
            Optional.ofNullable(opened.get()).ifPresent(Session::close);
            throw e;
        }
        System.out.println("Caravan is ready at http://" + (address.contains(":") ? "[" + address + "]" : address) + ":"
                + listen + (parent.sandbox() ? " (sandbox: all numbers are made up)" : "") + ", data in "
                + opened.get().caravan().database().description());
        stopped.await();
        return CaravanCommand.DONE;
    }

    /** Called on SIGTERM and Ctrl-C: lets what is in flight finish, and leaves with 0, which the JVM alone would not. */
    private void stop(Session session, CountDownLatch stopped) {
        if (failedToStart) {
            return; // the exit code of the failure holds
        }
        LOG.info("Stopping: what is in flight is finished first");
        if (session != null) {
            session.close();
        }
        LOG.info("Stopped");
        System.out.flush();
        LogManager.shutdown();
        stopped.countDown();
        Runtime.getRuntime().halt(CaravanCommand.DONE);
    }

    private Map<String, String> schedule(Settings settings) {
        List<String> known = settings.sources();
        List<String> wanted = sources == null ? known : Arrays.asList(sources);
        for (String name : wanted) {
            if (!known.contains(name)) {
                throw new ConfigurationException(
                        "there is no source " + name + "; the sources are " + String.join(", ", known));
            }
        }
        boolean atStart = atStart(settings);
        Accounts accounts = new Accounts(settings);
        Map<String, String> schedule = new HashMap<>();
        // A source whose files come while the daemon runs has its hours too, unless the sources were chosen.
        schedule.put("schedule.enabled", String.valueOf(sources == null));
        schedule.put("gaps.at-start", String.valueOf(atStart && settings.flag("backfill.at-start")));
        schedule.put("schedule.shared", "true");
        for (String name : known) {
            Optional<String> missing = accounts.notConfigured(name);
            missing.ifPresent(why -> LOG.warn("{} is not configured and is skipped: {}", name, why));
            boolean enabled = wanted.contains(name) && missing.isEmpty();
            schedule.put("schedule." + name + ".enabled", String.valueOf(enabled));
            schedule.put("schedule." + name + ".at-start", String.valueOf(enabled && atStart));
        }
        return schedule;
    }

    /** Before the first pull, which would leave no source empty. */
    private void orderHistory(Caravan caravan) {
        if (atStart(caravan.settings()) && caravan.settings().flag("backfill.at-start")) {
            caravan.desk()
                    .orderForEmptySources(caravan.settings().sources().stream()
                            .filter(name ->
                                    sources == null || Arrays.asList(sources).contains(name))
                            .filter(name ->
                                    caravan.accounts().notConfigured(name).isEmpty())
                            .toList());
        }
    }

    private boolean atStart(Settings settings) {
        return !noStartup && settings.flag("caravan.pull-at-start");
    }

    private static void refuseToStandOpen(Settings settings, String address) {
        try {
            boolean loopback = InetAddress.getByName(address).isLoopbackAddress();
            boolean keys = settings.optional("data.api.key").isPresent()
                    && settings.optional("admin.api.key").isPresent();
            if (!loopback && !keys) {
                throw new ConfigurationException(
                        "listening on " + address
                                + " would open the data to the network: set DATA_API_KEY and ADMIN_API_KEY, or listen on 127.0.0.1");
            }
        } catch (UnknownHostException e) {
            throw new ConfigurationException("the host " + address + " is unknown", e);
        }
    }

    /** Camel only warns when its port is taken, and stays up without HTTP. */
    private static void refuseTakenPort(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot listen on " + address + ":" + port + ": " + e.getMessage()
                            + "; choose another one by --port",
                    e);
        }
    }

    private static void checkListening(String address, int port) {
        String reach = address.equals("0.0.0.0") ? "127.0.0.1" : address;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(reach, port), 5_000);
        } catch (IOException e) {
            throw new ConfigurationException("nothing listens on " + address + ":" + port + " after the start", e);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // newer JDKs give a console without a terminal; its answer is not "yes"
    private void deleteEverything(Caravan caravan) {
        String place = caravan.database().description();
        if (!yes) {
            java.io.Console console = System.console();
            if (console == null) {
                throw new ConfigurationException("--fresh deletes all data in " + place + ": add --yes to confirm");
            }
            String answer = console.readLine("Delete all observations and pulls in %s? Type yes: ", place);
            if (!"yes".equals(answer)) {
                throw new ConfigurationException("nothing was deleted");
            }
        }
        caravan.deleteEverything();
        LOG.info("Deleted all observations and pulls in {}", place);
    }
}
