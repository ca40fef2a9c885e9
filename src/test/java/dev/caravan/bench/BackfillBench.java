package dev.caravan.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.Caravan;
import dev.caravan.database.DatabaseAddress;
import dev.caravan.database.EmbeddedServer;
import dev.caravan.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three years of Artemis with the shipped configuration, two million rows and more, against an unlimited sandbox in a process of
 * its own: heap, rows a second end to end, CPU of the program and of PostgreSQL; then the store step alone against raw COPY.
 * Writes {@code bench/results/backfill.json}. After {@code mvn package}, in the project's folder:
 *
 * <pre>java -cp 'target/test-classes:target/classes:target/lib/*' dev.caravan.bench.BackfillBench [YEARS]</pre>
 */
public final class BackfillBench {
    /** As the program's own start script has them, and what the collector does, to the file. */
    private static final List<String> PROGRAM_OPTIONS =
            List.of("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:MaxMetaspaceSize=160m", "-Xss512k");

    /** Of made-up values all of which come, three years are more than four million rows. */
    private static final int STORED_YEARS = 3;

    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\((\\d+)M\\)");

    private final Path home = Path.of("").toAbsolutePath();
    private final Path folder;
    private final ObjectNode result = new ObjectMapper().createObjectNode();

    private BackfillBench(Path folder) {
        this.folder = folder;
    }

    /** Runs it; the argument is the number of years, 3 without. The sandbox has about half of what is asked, as the vendor does. */
    public static void main(String[] arguments) throws Exception {
        int years = arguments.length == 0 ? 3 : Integer.parseInt(arguments[0]);
        BackfillBench bench = new BackfillBench(Files.createTempDirectory("backfill-bench"));
        try (EmbeddedServer server = EmbeddedServer.open(Path.of("target/bench-postgresql"))) {
            bench.result.put("at", Instant.now().toString());
            bench.result.put("years", years);
            bench.result.put("processors", Runtime.getRuntime().availableProcessors());
            bench.endToEnd(server, years);
            bench.storeStep(server);
        }
        String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(bench.result);
        Files.createDirectories(bench.home.resolve("bench/results"));
        Files.writeString(bench.home.resolve("bench/results/backfill.json"), text + "\n");
        System.out.println(text);
    }

    private void endToEnd(EmbeddedServer server, int years) throws IOException, SQLException, InterruptedException {
        String database = newDatabase(server);
        Process vendors = java(Map.of(), List.of("-Xmx512m"), "vendors", "sandbox");
        try {
            Map<String, String> environment = new HashMap<>(endpoints(vendors));
            environment.put("DATABASE_URL", url(server, database));
            environment.put("ARTEMIS_API_KEY", "key-of-the-benchmark");
            // Far above what is asked. Camel keeps a permit for each request of a minute, so that no limit at all costs
            // heap.
            environment.put("ARTEMIS_RATE_KEY", "1000/1s");
            Process setup = java(environment, PROGRAM_OPTIONS, "setup", "setup");
            if (setup.waitFor() != 0) {
                throw new IllegalStateException("the set-up failed: see " + folder);
            }
            List<String> options = new ArrayList<>(PROGRAM_OPTIONS);
            options.add("-Xlog:gc:file=" + folder.resolve("gc.log"));
            ProcessHandle postmaster = ProcessHandle.of(
                            Long.parseLong(Files.readAllLines(server.folder().resolve("data/postmaster.pid"))
                                    .get(0)
                                    .strip()))
                    .orElseThrow();
            long begin = System.nanoTime();
            Process program = java(
                    environment,
                    options,
                    "program",
                    "backfill",
                    "artemis",
                    "--days",
                    String.valueOf(365 * years),
                    "--json");
            try (CpuSampler ofProgram = new CpuSampler(program.toHandle());
                    CpuSampler ofServer = new CpuSampler(postmaster);
                    CpuSampler ofVendors = new CpuSampler(vendors.toHandle())) {
                if (program.waitFor() != 0) {
                    throw new IllegalStateException("the backfill failed: see " + folder);
                }
                result.put("process_seconds", (System.nanoTime() - begin) / 1e9);
                result.put("cpu_seconds_program", ofProgram.seconds());
                result.put("cpu_seconds_postgresql", ofServer.seconds());
                result.put("cpu_seconds_vendors", ofVendors.seconds());
            }
            figures(server, database);
            heap();
        } finally {
            vendors.destroy();
            vendors.waitFor();
        }
    }

    private void figures(EmbeddedServer server, String database) throws SQLException {
        try (Connection connection = connect(server, database);
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT (SELECT count(*) FROM observation) AS rows,"
                        + " (SELECT count(*) FROM backfill_window) AS windows,"
                        + " (SELECT sum(requests) FROM backfill_window) AS requests,"
                        + " extract(epoch FROM ended_at - begun_at)::float8 AS seconds, state FROM backfill")) {
            row.next();
            result.put("state", row.getString("state"));
            result.put("windows", row.getLong("windows"));
            result.put("requests", row.getLong("requests"));
            result.put("rows", row.getLong("rows"));
            result.put("order_seconds", row.getDouble("seconds"));
            result.put("rows_per_second", row.getLong("rows") / row.getDouble("seconds"));
        }
    }

    /** What was in use when the collector came, and what was left when it went. */
    private void heap() throws IOException {
        int before = 0;
        int after = 0;
        int collections = 0;
        for (String line : Files.readAllLines(folder.resolve("gc.log"))) {
            Matcher sizes = COLLECTION.matcher(line);
            if (sizes.find()) {
                collections++;
                before = Math.max(before, Integer.parseInt(sizes.group(1)));
                after = Math.max(after, Integer.parseInt(sizes.group(2)));
            }
        }
        result.put("heap_peak_mb", before);
        result.put("heap_peak_after_collection_mb", after);
        result.put("heap_limit_mb", 256);
        result.put("collections", collections);
    }

    private void storeStep(EmbeddedServer server) throws IOException, SQLException {
        String database = newDatabase(server);
        DatabaseAddress address = server.address();
        Map<String, String> settings = Map.of("database.url", url(server, database));
        try (Caravan caravan = Caravan.open(Settings.load(home, Map.of(), settings, false))) {
            StoreBench.Result store = new StoreBench()
                    .run(caravan, jdbcUrl(server, database), address.user(), address.password(), STORED_YEARS);
            result.put("store_rows", store.rows());
            result.put("store_rows_per_second", store.storeRowsPerSecond());
            result.put("copy_rows_per_second", store.copyRowsPerSecond());
            result.put("store_to_copy", store.ratio());
        }
    }

    private Process java(Map<String, String> environment, List<String> options, String name, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        // The program's own log settings, not those of the tests.
        command.add("-Dlog4j2.configurationFile=" + home.resolve("src/main/resources/log4j2.xml"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.caravan.cli.CaravanCommand"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve(name + ".err").toFile());
        if (!name.equals("vendors")) {
            builder.redirectOutput(folder.resolve(name + ".out").toFile());
        }
        builder.environment().keySet().retainAll(List.of("PATH", "HOME", "TMPDIR", "LANG"));
        builder.environment().put("CARAVAN_HOME", home.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Map<String, String> endpoints(Process vendors) throws IOException {
        Map<String, String> endpoints = new HashMap<>();
        BufferedReader output = vendors.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null && !line.startsWith("#"); line = output.readLine()) {
            int equals = line.indexOf('=');
            endpoints.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return endpoints;
    }

    private static String newDatabase(EmbeddedServer server) throws SQLException {
        String name = "bench_" + Integer.toHexString(new Random().nextInt());
        try (Connection connection = connect(server, "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return name;
    }

    private static Connection connect(EmbeddedServer server, String database) throws SQLException {
        return DriverManager.getConnection(
                jdbcUrl(server, database),
                server.address().user(),
                server.address().password());
    }

    private static String jdbcUrl(EmbeddedServer server, String database) {
        String own = server.address().jdbcUrl();
        return own.substring(0, own.lastIndexOf('/') + 1) + database;
    }

    private static String url(EmbeddedServer server, String database) {
        DatabaseAddress address = server.address();
        return "postgres://" + address.user() + ":" + address.password() + "@"
                + jdbcUrl(server, database).substring("jdbc:postgresql://".length());
    }
}
