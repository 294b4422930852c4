package dev.selvage.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The script `selvage` itself, in a checkout of its own with tools that only say that they were called.
@Timeout(60)
class LauncherTest {
    private static final List<String> COREUTILS = List.of(
            "sh",
            "dirname",
            "readlink",
            "sed",
            "find",
            "head",
            "mkdir",
            "rm",
            "cp",
            "mv",
            "ls",
            "date",
            "cksum",
            "tr",
            "flock",
            "grep",
            "cat",
            "sleep");

    @TempDir
    Path temporary;

    private Path checkout;
    private Path tools;
    private Path jvms;

    private record Ran(int exit, String out, String err) {}

    @BeforeEach
    void makeACheckout() throws IOException {
        checkout = Files.createDirectories(temporary.resolve("a checkout"));
        tools = Files.createDirectories(temporary.resolve("tools"));
        jvms = Files.createDirectories(temporary.resolve("jvms"));
        for (String tool : COREUTILS) {
            for (String bin : List.of("/usr/bin/", "/bin/")) {
                if (Files.exists(Path.of(bin + tool)) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), Path.of(bin + tool));
                }
            }
        }
        // The machine's own JDKs must not be found.
        String script = Files.readString(project().resolve("selvage")).replace("/usr/lib/jvm", jvms.toString());
        script(checkout.resolve("selvage"), script);
        for (String module : List.of(
                "model", "toolkit", "edge", "control", "analytics", "logs", "dashboard", "app", "bench", ".mvn")) {
            Files.createDirectories(checkout.resolve(module + "/src/main"));
        }
        source("pom.xml", "<project>\n  <version>0.1.0</version>\n</project>\n");
        source("app/src/main/Main.java", "class Main {}");
        Files.createDirectories(checkout.resolve("app/src/test"));
        script(tools.resolve("mvn"), """
                #!/bin/sh
                if [ "$1" = -v ]; then echo "Apache Maven ${FAKE_MAVEN:-3.9.9}"; exit; fi
                echo built >>"%1$s/builds"
                echo "[INFO] Building model 0.1.0                  [2/9]"
                [ -z "${FAKE_FAILURE:-}" ] || { echo "[ERROR] /x/Main.java:[1,1] no"; exit 1; }
                sleep 0.3
                mkdir -p app/target/selvage && echo jar >app/target/selvage/app.jar && echo jar >app/target/selvage/lib.jar
                """.formatted(temporary));
        script(tools.resolve("node"), "#!/bin/sh\necho \"${FAKE_NODE:-v22.1.0}\"\n");
        script(tools.resolve("npm"), "#!/bin/sh\n");
    }

    @Test
    void helpAndVersionNeedNothing() throws Exception {
        assertThat(run("--help")).satisfies(ran -> {
            assertThat(ran.exit()).isZero();
            assertThat(ran.out()).contains("./selvage up").contains("./selvage test");
        });
        assertThat(run("--version").out()).isEqualTo("selvage 0.1.0\n");
        assertThat(run().exit()).isEqualTo(2);
        assertThat(run("pu")).satisfies(ran -> {
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).contains("there is no command pu").contains("./selvage up");
        });
    }

    @Test
    void withoutAJdkItSaysWhatWasFoundAndWhatToInstall() throws Exception {
        jdk("java-17-openjdk", "17.0.9");

        Ran ran = run(Map.of("JAVA_HOME", jvms.resolve("java-17-openjdk").toString()), "up");

        assertThat(ran.exit()).isEqualTo(78);
        assertThat(ran.err())
                .contains("needs a JDK 25 or newer")
                .contains("java-17-openjdk (Java 17)")
                .contains("apt-get install temurin-25-jdk")
                .contains("SELVAGE_JAVA_HOME");
    }

    @Test
    void theNamedJdkWinsThenJavaHomeThenTheMachines() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");
        Path other = jdk("other", "26");
        Path third = jdk("third", "25");

        assertThat(run("up").out()).startsWith(jvms.resolve("temurin-25-jdk") + "\n");
        assertThat(run(Map.of("JAVA_HOME", third.toString()), "up").out()).startsWith(third + "\n");
        assertThat(run(Map.of("JAVA_HOME", third.toString(), "SELVAGE_JAVA_HOME", other.toString()), "up")
                        .out())
                .startsWith(other + "\n");
    }

    @Test
    void aNamedJdkThatIsTooOldIsNotTakenSilently() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");
        Path old = jdk("old", "21");

        Ran ran = run(Map.of("SELVAGE_JAVA_HOME", old.toString()), "up");

        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).contains("SELVAGE_JAVA_HOME=" + old + " is not a JDK 25 or newer");
    }

    @Test
    void withoutMavenOrNodeItSaysWhatToInstall() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");

        assertThat(run(Map.of("FAKE_MAVEN", "3.6.3"), "up")).satisfies(ran -> {
            assertThat(ran.exit()).isEqualTo(78);
            assertThat(ran.err()).contains("Maven 3.8 or newer").contains("3.6").contains("apt-get install maven");
        });
        assertThat(run(Map.of("FAKE_NODE", "v18.1.0"), "up")).satisfies(ran -> {
            assertThat(ran.exit()).isEqualTo(78);
            assertThat(ran.err())
                    .contains("Node 20 or newer")
                    .contains("found Node 18")
                    .contains("nodejs.org");
        });
        Files.delete(tools.resolve("mvn"));
        assertThat(run("up").err()).contains("there is no mvn");
        assertThat(builds()).isZero();
    }

    @Test
    void theFirstStartBuildsWithProgressAndTheNextDoesNot() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");

        Ran first = run("up", "http://a.example", "--data", "x y");
        Ran second = run("up");

        assertThat(first.exit()).isZero();
        assertThat(first.err())
                .contains("building app")
                .contains("[2/9]     model")
                .contains("preparing fast starts");
        assertThat(first.out()).endsWith("dev.selvage.app.Main\nup\nhttp://a.example\n--data\nx y\n");
        assertThat(second.err()).isEmpty();
        assertThat(second.out())
                .contains("\n-XX:AOTCache=" + checkout.toRealPath())
                .contains("/lib/app.jar:");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void aCommandOfTheApiIsPassedOnWithWhatIsATerminalAndBuildsNothingAgain() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");
        run("up");

        for (String command : List.of(
                "zone",
                "dns",
                "setting",
                "rules",
                "purge",
                "token",
                "account",
                "audit",
                "trace",
                "query",
                "api",
                "completion")) {
            Ran ran = run(command, "list", "a b", "--json");

            assertThat(ran.exit()).isZero();
            assertThat(ran.err()).isEmpty();
            assertThat(ran.out())
                    .contains("\n-XX:AOTCache=")
                    .contains("\n-Dselvage.terminals=\n")
                    .endsWith("dev.selvage.app.Main\n" + command + "\nlist\na b\n--json\n");
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void aChangedOrDeletedSourceIsBuiltAndAChangedTestIsNot() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");
        run("up");

        source("app/src/test/MainTest.java", "class MainTest {}");
        later(checkout.resolve("app/src/test/MainTest.java"));
        run("up");
        assertThat(builds()).isEqualTo(1);

        later(source("app/src/main/Main.java", "class Main { int changed; }"));
        run("up");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void aDirectoryThatChangedCountsAsASource() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");
        run("up");

        later(checkout.resolve("app/src/main"));
        run("up");

        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void concurrentFirstStartsBuildOnce() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(start(Map.of(), temporary.resolve("out" + i), temporary.resolve("err" + i), "up"));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(starts.get(i).waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(starts.get(i).exitValue())
                    .as(Files.readString(temporary.resolve("err" + i)))
                    .isZero();
            assertThat(temporary.resolve("out" + i)).content().contains("dev.selvage.app.Main");
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void aBuildThatFailsShowsWhyAndTheNextStartTriesAgain() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");

        Ran failed = run(Map.of("FAKE_FAILURE", "yes"), "up");

        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.err()).contains("/x/Main.java:[1,1] no").contains("build.log");
        assertThat(run("up").exit()).isZero();
    }

    @Test
    void itWorksThroughALinkFromAnyDirectory() throws Exception {
        jdk("temurin-25-jdk", "25.0.1");
        Path link = Files.createSymbolicLink(temporary.resolve("selvage-link"), checkout.resolve("selvage"));
        Path out = temporary.resolve("out");

        Process process = new ProcessBuilder(link.toString(), "--version")
                .directory(tools.toFile())
                .redirectOutput(out.toFile())
                .start();

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(out).hasContent("selvage 0.1.0");
    }

    private long builds() throws IOException {
        Path builds = temporary.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = jvms.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/javac"), "#!/bin/sh\n");
        script(home.resolve("bin/java"), """
                #!/bin/sh
                for a; do case $a in -XX:AOTCacheOutput=*) echo cache >"${a#*=}"; exit ;; esac; done
                echo "$JAVA_HOME"
                printf '%s\\n' "$@"
                """);
        return home;
    }

    private Path source(String name, String text) throws IOException {
        Path file = checkout.resolve(name);
        Files.createDirectories(file.getParent() == null ? checkout : file.getParent());
        return Files.writeString(file, text);
    }

    /// A moment after every build.
    private static void later(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Ran run(String... arguments) throws Exception {
        return run(Map.of(), arguments);
    }

    private Ran run(Map<String, String> environment, String... arguments) throws Exception {
        Path out = temporary.resolve("out");
        Path err = temporary.resolve("err");
        Process process = start(environment, out, err, arguments);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ran(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private Process start(Map<String, String> environment, Path out, Path err, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("selvage").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Path project() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("selvage"))) {
            here = java.util.Objects.requireNonNull(here.getParent(), "the project's root");
        }
        return here;
    }
}
