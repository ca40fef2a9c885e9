package dev.caravan.routes;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.caravan.Caravan;
import dev.caravan.source.Normaliser;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house: which package may know which, and where statements stand. */
final class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.caravan");

    @Test
    void sourcesKnowNothingOfTheSidesThatPeopleTouch() {
        noClasses()
                .that()
                .resideInAPackage("dev.caravan.source..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.caravan.api..", "dev.caravan.cli..", "dev.caravan.sandbox..")
                .check(MAIN);
    }

    @Test
    void onlyTheCommandLineKnowsTheSandbox() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.caravan.sandbox..", "dev.caravan.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.caravan.sandbox..")
                .check(MAIN);
    }

    @Test
    void theSandboxKnowsNothingOfTheProgram() {
        noClasses()
                .that()
                .resideInAPackage("dev.caravan.sandbox..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("dev.caravan..").and(not(resideInAnyPackage("dev.caravan.sandbox.."))))
                .check(MAIN);
    }

    @Test
    void nobodyKnowsTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.caravan.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.caravan.cli..")
                .check(MAIN);
    }

    @Test
    void onlyTheProgramItselfPutsThePartsTogether() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.caravan", "dev.caravan.cli..")
                .should()
                .dependOnClassesThat(belongToAnyOf(Caravan.class))
                .check(MAIN);
    }

    @Test
    void normalisersDoNoInputOrOutputBeyondTheConfiguration() {
        classes().that().implement(Normaliser.class).should().bePublic().check(MAIN);
        noClasses()
                .that()
                .resideInAPackage("dev.caravan.source..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net.http..",
                        "java.sql..",
                        "javax.sql..",
                        "org.springframework..",
                        "org.apache.hc..",
                        "org.apache.camel.component..")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage("dev.caravan.source..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.URL")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.Socket")
                .check(MAIN);
        noClasses()
                .that()
                .implement(Normaliser.class)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "dev.caravan.database..")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(MAIN);
    }

    @Test
    void onlyTheFetchPackageKnowsTheHttpClient() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.caravan.fetch..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.hc..", "java.net.http..")
                .check(MAIN);
    }

    @Test
    void noStatementStandsInJava() throws IOException {
        Pattern literal = Pattern.compile("\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);
        Pattern statement = Pattern.compile(
                "(?i)\\s*(SELECT\\s|INSERT\\s+INTO|UPDATE\\s+\\w+\\s+SET|DELETE\\s+FROM|WITH\\s+\\w+\\s+AS|TRUNCATE\\s|ALTER\\s|CREATE\\s+(TABLE|DATABASE|INDEX|VIEW)|DROP\\s).*",
                Pattern.DOTALL);
        List<String> found = new ArrayList<>();
        int literals = 0;
        try (Stream<Path> files = Files.walk(TestHome.project().resolve("src/main/java"))) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                Matcher matcher = literal.matcher(Files.readString(file));
                while (matcher.find()) {
                    literals++;
                    String text = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                    if (statement.matcher(text).matches()) {
                        found.add(file.getFileName() + ": " + text);
                    }
                }
            }
        }
        assertThat(literals).isGreaterThan(500);
        // The embedded server makes its one database before there is a folder of statements for it.
        assertThat(found)
                .containsExactlyInAnyOrder(
                        "EmbeddedServer.java: SELECT 1 FROM pg_database WHERE datname = ?",
                        "EmbeddedServer.java: CREATE DATABASE ");
    }
}
