package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Route files in YAML and XML are checked, loaded one by one, and replaced on request, all or nothing. */
final class RouteReloadTest {
    private static final String[] HELLO = {
        "- route:",
        "    id: hello",
        "    description: Says hello.",
        "    from:",
        "      id: hello-from",
        "      uri: direct:hello",
        "      steps:",
        "        - setBody:",
        "            id: hello-say",
        "            constant: hello",
    };

    @TempDir
    private Path folder;

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(TestHome.project().resolve("config/sources"), Clock.systemUTC(), 0);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private TestCaravan caravan() {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("schedule.enabled", "true");
        return TestCaravan.start(folder, settings, "more");
    }

    private static String ask(TestCaravan caravan, String route) {
        try (var template = caravan.caravan().context().createProducerTemplate()) {
            return template.requestBody("direct:" + route, null, String.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<RouteFault> check() {
        Settings settings = Settings.load(folder, Map.of(), Map.of(), false);
        return new RouteFiles(settings, dev.caravan.Caravan.BEANS, java.util.Optional.empty())
                .survey("common", "templates", "sources", "api", "schedule", "more")
                .faults();
    }

    private RouteFault fault(String... lines) {
        (Files.exists(folder.resolve("sql")) ? TestHome.in(folder) : TestHome.copyTo(folder))
                .write("routes/more/wrong.camel.yaml", lines);
        return check().stream()
                .filter(fault -> fault.file().equals("routes/more/wrong.camel.yaml"))
                .findFirst()
                .orElseThrow();
    }

    private static String[] with(int line, String text) {
        String[] lines = HELLO.clone();
        lines[line - 1] = text;
        return lines;
    }

    private static String[] calling(String uri) {
        String[] lines = with(8, "        - to:");
        lines[9] = "            uri: " + uri;
        return lines;
    }

    @Test
    void theShippedFilesAreWithoutFault() {
        TestHome.copyTo(folder);
        assertThat(check()).isEmpty();
    }

    @Test
    void textThatIsNoYamlIsNamedWithItsLine() {
        RouteFault fault = fault(with(6, "      uri: [direct:hello"));
        assertThat(fault.line()).isBetween(6, 8);
    }

    @Test
    void aStepThatDoesNotExistIsNamedWithItsLine() {
        RouteFault fault = fault(with(8, "        - setBodyy:"));
        assertThat(fault.line()).isEqualTo(8);
        assertThat(fault.message()).contains("setBodyy");
    }

    @Test
    void anOptionThatDoesNotExistIsNamedWithItsLine() {
        RouteFault fault = fault(with(3, "    describtion: Says hello."));
        assertThat(fault.line()).isEqualTo(3);
        assertThat(fault.message()).contains("describtion");
    }

    @Test
    void aBeanThatNobodyHasIsNamedWithItsLine() {
        RouteFault fault = fault(with(10, "            method: { ref: veloPlaner, method: calls }"));
        assertThat(fault).isEqualTo(new RouteFault("routes/more/wrong.camel.yaml", 10, "there is no bean veloPlaner"));
    }

    @Test
    void anEndpointWithoutARouteOrAComponentIsNamedWithItsLine() {
        RouteFault nowhere = fault(calling("direct:nowhere"));
        assertThat(nowhere.line()).isEqualTo(10);
        assertThat(nowhere.message()).isEqualTo("no route begins with direct:nowhere");
        RouteFault component = fault(with(6, "      uri: kafka:prices"));
        assertThat(component.line()).isEqualTo(6);
        assertThat(component.message()).contains("kafka");
    }

    @Test
    void aPlaceholderWithoutASettingIsNamed() {
        RouteFault fault = fault(calling("\"direct:{{no.such.setting}}\""));
        assertThat(fault.line()).isEqualTo(10);
        assertThat(fault.message()).contains("no.such.setting");
    }

    @Test
    void anErrorPolicyThatDoesNotExistIsNamedWithItsLine() {
        RouteFault fault = fault(with(3, "    routeConfigurationId: vendor-erors"));
        assertThat(fault.line()).isEqualTo(3);
        assertThat(fault.message()).contains("vendor-erors");
    }

    @Test
    void anIdThatIsTakenIsNamedWithTheFileThatHasIt() {
        RouteFault fault = fault(with(2, "    id: velo-pull"));
        assertThat(fault.message()).contains("velo-pull");
        assertThat(fault.line()).isEqualTo(2);
    }

    @Test
    void aTemplateThatDoesNotExistOrLacksAParameterIsNamed() {
        RouteFault unknown = fault(
                "- templatedRoute:",
                "    routeId: hello",
                "    routeTemplateRef: pull-at-time",
                "    parameters:",
                "      - name: source",
                "        value: velo");
        assertThat(unknown.message()).contains("pull-at-time");
        RouteFault incomplete = fault("- templatedRoute:", "    routeId: hello", "    routeTemplateRef: pull-at-times");
        assertThat(incomplete.message()).contains("source");
    }

    @Test
    void aBrokenXmlFileIsNamedWithItsLine() {
        TestHome.copyTo(folder)
                .write(
                        "routes/more/wrong.camel.xml",
                        "<routes>",
                        "  <route id=\"xml\">",
                        "    <from uri=\"direct:xml\"/>",
                        "    <setBodyy><constant>x</constant></setBodyy>",
                        "  </route>",
                        "</routes>");
        assertThat(check()).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo("routes/more/wrong.camel.xml");
            assertThat(fault.line()).isEqualTo(4);
            assertThat(fault.message()).contains("setBodyy");
        });
    }

    @Test
    void aRouteInXmlRunsBesideThoseInYaml() {
        TestHome.copyTo(folder)
                .write("routes/more/hello.camel.yaml", HELLO)
                .write(
                        "routes/more/greet.camel.xml",
                        "<routes>",
                        "  <route id=\"greet\" description=\"Greets.\">",
                        "    <from id=\"greet-from\" uri=\"direct:greet\"/>",
                        "    <to id=\"greet-hello\" uri=\"direct:hello\"/>",
                        "    <setBody id=\"greet-say\"><simple>${body} from XML</simple></setBody>",
                        "  </route>",
                        "</routes>");
        try (TestCaravan caravan = caravan()) {
            assertThat(ask(caravan, "greet")).isEqualTo("hello from XML");
            assertThat(caravan.caravan().routeFiles().fileOf("greet")).isEqualTo("routes/more/greet.camel.xml");
        }
    }

    @Test
    void aBrokenFileDoesNotStopTheOthers() {
        TestHome.copyTo(folder)
                .write("routes/more/hello.camel.yaml", HELLO)
                .write("routes/sources/velo.camel.yaml", "- route:", "    id: velo-pull", "    form: direct:velo-pull");
        try (TestCaravan caravan = caravan()) {
            assertThat(ask(caravan, "hello")).isEqualTo("hello");
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.caravan().routeFiles().faults())
                    .extracting(RouteFault::file, RouteFault::line)
                    .contains(org.assertj.core.groups.Tuple.tuple("routes/sources/velo.camel.yaml", 3));
        }
    }

    @Test
    void aFileThatCanBeReadAndNotRunIsTakenAwayWhole() {
        // A cron that is none shows only when the route is started; the file's first route must not stay.
        TestHome.copyTo(folder)
                .write(
                        "routes/more/hello.camel.yaml",
                        String.join("\n", HELLO)
                                + "\n- route:\n    id: never\n    from:\n      uri: quartz:never?cron=none\n      steps:\n        - to: direct:hello");
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.caravan().context().getRoute("hello")).isNull();
            assertThat(caravan.caravan().context().getRoute("never")).isNull();
            assertThat(caravan.caravan().routeFiles().faults())
                    .singleElement()
                    .satisfies(fault -> assertThat(fault.file()).isEqualTo("routes/more/hello.camel.yaml"));
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
        }
    }

    @Test
    void aBrokenFileThatTheOthersAreBuiltOnFailsTheStart() {
        TestHome.copyTo(folder).write("routes/common/store.camel.yaml", "- route:", "    idd: store");
        assertThatThrownBy(this::caravan)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("routes/common/store.camel.yaml, line 2");
    }

    @Test
    void anEditedFileIsReloadedAloneAndOnlyOnRequest() {
        TestHome home = TestHome.copyTo(folder).write("routes/more/hello.camel.yaml", HELLO);
        try (TestCaravan caravan = caravan()) {
            RouteFiles files = caravan.caravan().routeFiles();
            home.write("routes/more/hello.camel.yaml", with(10, "            constant: good morning"));
            assertThat(ask(caravan, "hello")).isEqualTo("hello");
            assertThat(files.reload(() -> {})).satisfies(done -> {
                assertThat(done.reloaded()).containsExactly("routes/more/hello.camel.yaml");
                assertThat(done.removed()).isEmpty();
                assertThat(done.unchanged()).isGreaterThan(8);
            });
            assertThat(ask(caravan, "hello")).isEqualTo("good morning");
            assertThat(files.reload(() -> {}).reloaded()).isEmpty();
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
        }
    }

    @Test
    void aBrokenSetChangesNothingAndTheLastGoodOneRuns() {
        TestHome home = TestHome.copyTo(folder).write("routes/more/hello.camel.yaml", HELLO);
        try (TestCaravan caravan = caravan()) {
            home.write("routes/more/hello.camel.yaml", with(10, "            constant: good morning"));
            home.write("routes/sources/coingecko.camel.yaml", "- route:", "    idd: x");
            RouteFiles files = caravan.caravan().routeFiles();
            assertThatThrownBy(() -> files.reload(() -> {}))
                    .isInstanceOf(RoutesRefused.class)
                    .hasMessageContaining("routes/sources/coingecko.camel.yaml, line 2");
            assertThat(ask(caravan, "hello")).isEqualTo("hello");
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
        }
    }

    @Test
    void aSetThatCanBeReadAndNotRunIsUndone() {
        TestHome home = TestHome.copyTo(folder).write("routes/more/hello.camel.yaml", HELLO);
        try (TestCaravan caravan = caravan()) {
            int before = caravan.caravan().context().getRoutesSize();
            home.write("routes/more/hello.camel.yaml", with(10, "            constant: good morning"));
            home.write(
                    "routes/more/never.camel.yaml",
                    "- route:",
                    "    id: never",
                    "    from:",
                    "      uri: quartz:never?cron=none",
                    "      steps:",
                    "        - to: direct:hello");
            assertThatThrownBy(() -> caravan.caravan().routeFiles().reload(() -> {}))
                    .isInstanceOf(RoutesRefused.class)
                    .hasMessageContaining("routes/more/never.camel.yaml");
            assertThat(ask(caravan, "hello")).isEqualTo("hello");
            assertThat(caravan.caravan().context().getRoutesSize()).isEqualTo(before);
        }
    }

    @Test
    void aFileThatIsGoneTakesItsRoutesWithItAndANewOneBringsThem() throws IOException {
        TestHome home = TestHome.copyTo(folder).write("routes/more/hello.camel.yaml", HELLO);
        try (TestCaravan caravan = caravan()) {
            Files.delete(folder.resolve("routes/more/hello.camel.yaml"));
            home.write("routes/more/other.camel.yaml", with(2, "    id: other"));
            RouteFiles.Reload done = caravan.caravan().routeFiles().reload(() -> {});
            assertThat(done.removed()).containsExactly("routes/more/hello.camel.yaml");
            assertThat(done.reloaded()).containsExactly("routes/more/other.camel.yaml");
            assertThat(caravan.caravan().context().getRoute("hello")).isNull();
            assertThat(ask(caravan, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void aSharedFileTakesAllOthersWithItTemplatedRoutesIncluded() throws IOException {
        TestHome home = TestHome.copyTo(folder).write("routes/more/hello.camel.yaml", HELLO);
        try (TestCaravan caravan = TestCaravan.start(folder, settingsOfADaemon(), "schedule", "more")) {
            CamelContext context = caravan.caravan().context();
            int before = context.getRoutesSize();
            Path store = folder.resolve("routes/common/store.camel.yaml");
            home.write("routes/common/store.camel.yaml", Files.readString(store) + "# edited");
            caravan.caravan().routeFiles().reload(() -> {});
            assertThat(context.getRoutesSize()).isEqualTo(before);
            assertThat(context.getRouteController().getRouteStatus("velo-at-times"))
                    .isEqualTo(ServiceStatus.Started);
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
        }
    }

    private static Map<String, String> settingsOfADaemon() {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("schedule.enabled", "true");
        settings.put("velo.api.key", "a-key-of-velo-for-tests");
        return settings;
    }

    @Test
    void aStoppedRouteIsStillStoppedAfterwardsAndNothingIsPulledBecauseItsFileWasLoaded() throws Exception {
        TestHome home = TestHome.copyTo(folder);
        Map<String, String> settings = settingsOfADaemon();
        settings.put("schedule.coingecko.at-start", "true");
        try (TestCaravan caravan = TestCaravan.start(folder, settings, "schedule")) {
            CamelContext context = caravan.caravan().context();
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> caravan.sql()
                                    .queryForObject(
                                            "SELECT count(*) FROM pulls WHERE status = 'success'", Integer.class)
                            == 1);
            context.getRouteController().stopRoute("velo-at-times");
            Path schedule = folder.resolve("routes/schedule.camel.yaml");
            home.write("routes/schedule.camel.yaml", Files.readString(schedule) + "# edited");
            caravan.caravan().routeFiles().reload(() -> {});
            assertThat(context.getRouteController().getRouteStatus("velo-at-times"))
                    .isEqualTo(ServiceStatus.Stopped);
            assertThat(context.getRouteController().getRouteStatus("coingecko-at-times"))
                    .isEqualTo(ServiceStatus.Started);
            assertThat(context.getRouteController().getRouteStatus("coingecko-at-start"))
                    .isEqualTo(ServiceStatus.Stopped);
            assertThat(caravan.sql().queryForObject("SELECT count(*) FROM pulls", Integer.class))
                    .isEqualTo(1);
        }
    }

    @Test
    void aRouteAtWorkIsNotTakenAway() throws IOException {
        TestHome home = TestHome.copyTo(folder);
        sandbox.faults().add("coingecko:slow:delay_ms=2000");
        try (TestCaravan caravan = caravan()) {
            CompletableFuture<PullStatus> pull = CompletableFuture.supplyAsync(() -> caravan.pull("coingecko"));
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> caravan.caravan().ledger().running("coingecko").isPresent());
            Path route = folder.resolve("routes/sources/coingecko.camel.yaml");
            home.write("routes/sources/coingecko.camel.yaml", Files.readString(route) + "# edited");
            assertThatThrownBy(() -> caravan.caravan().routeFiles().reload(() -> {}))
                    .isInstanceOf(RoutesRefused.class)
                    .hasMessageContaining("coingecko-pull");
            assertThat(pull).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.caravan().routeFiles().reload(() -> {}).reloaded())
                    .containsExactly("routes/sources/coingecko.camel.yaml");
        } finally {
            sandbox.faults().clear();
        }
    }
}
