package dev.selvage.acceptance.rfc;

import dev.selvage.acceptance.Program;
import dev.selvage.acceptance.Scenario;
import dev.selvage.acceptance.ScenarioOrigin;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Every scenario of the files beside this class, a file per section; `-Dscenario=rfc9111/4.1` runs those whose file
/// begins so.
class ScenariosTest {
    private static final int AT_ONCE = 8;

    @TempDir
    static Path directory;

    private static ScenarioOrigin origin;
    private static final Map<Scenario.Policy, Program> PROGRAMS = new EnumMap<>(Scenario.Policy.class);
    private static ExecutorService together;

    @BeforeAll
    static void start() throws Exception {
        origin = ScenarioOrigin.start();
        for (Scenario.Policy policy : Scenario.Policy.values()) {
            PROGRAMS.put(policy, program(policy.word()));
        }
        together = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory());
    }

    private static Program program(String policy) throws Exception {
        return Program.in(Files.createDirectory(directory.resolve(policy)))
                .settings("cache.memory: 32MiB\n")
                .with("--cache-policy", policy)
                .up(origin.uri());
    }

    @AfterAll
    static void stop() throws Exception {
        together.shutdownNow();
        PROGRAMS.values().forEach(Program::close);
        origin.close();
    }

    @TestFactory
    Stream<DynamicNode> theStandards() throws Exception {
        Path root = Path.of(ScenariosTest.class.getResource(".").toURI());
        String wanted = System.getProperty("scenario", "");
        List<DynamicNode> sections = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".scenario"))
                    .sorted()
                    .toList()) {
                String name = root.relativize(file).toString();
                if (name.startsWith(wanted)) {
                    sections.add(section(name, file));
                }
            }
        }
        return sections.stream();
    }

    private static DynamicNode section(String name, Path file) throws Exception {
        URI source = file.toUri();
        List<DynamicTest> tests = new ArrayList<>();
        for (Scenario scenario : Scenario.read(name, Files.readString(file))) {
            for (Scenario.Policy policy : Scenario.Policy.values()) {
                if (scenario.policies().contains(policy)) {
                    tests.add(test(scenario, policy, source));
                }
            }
        }
        return DynamicContainer.dynamicContainer(name, source, tests.stream());
    }

    private static DynamicTest test(Scenario scenario, Scenario.Policy policy, URI source) {
        String name = scenario.name() + " [" + policy.word() + "]";
        if (scenario.open().isPresent()) {
            return DynamicTest.dynamicTest(
                    name, source, () -> Assumptions.abort(scenario.open().get()));
        }
        int port = Objects.requireNonNull(PROGRAMS.get(policy)).edgePort();
        Future<?> performance = together.submit(() -> {
            origin.perform(scenario, port);
            return true;
        });
        return DynamicTest.dynamicTest(name, source, () -> result(performance));
    }

    private static void result(Future<?> performance) throws Exception {
        try {
            performance.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AssertionError wrong) {
                throw wrong;
            }
            throw failed;
        }
    }
}
