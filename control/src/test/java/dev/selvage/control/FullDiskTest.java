package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.selvage.control.TestControl.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// On a file system of its own that really becomes full; where none can be mounted, `CommitsTest` stands for it.
@Timeout(120)
class FullDiskTest {
    private static final int WRITERS = 4;

    @TempDir
    Path directory;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=4m", "selvage-test", disk.toString()), "it can be mounted");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    @Test
    void aFullDiskIsAnErrorAndNoHalfChange() throws Exception {
        Path data = disk.resolve("data");
        Path filler = disk.resolve("filler");
        List<String> acknowledged;
        String zone;
        try (TestControl api = TestControl.open(data)) {
            zone = api.zone("example.com");
            // All but about half a megabyte.
            Files.write(filler, new byte[(int) (Files.getFileStore(disk).getUsableSpace() - (512 << 10))]);
            AtomicInteger full = new AtomicInteger();
            acknowledged = writeUntilFull(api, zone, full);
            assertThat(full).hasPositiveValue();
            assertThat(names(api, zone))
                    .as("what was answered, and only that")
                    .containsExactlyInAnyOrderElementsOf(acknowledged);

            Result refused = record(api, zone, "refused");
            refused.refused(507, 1000);
            assertThat(refused.message())
                    .contains("disk", "full", "nothing was changed")
                    .doesNotContain("SQL");
            assertThat(refused.response().headers().firstValue("x-should-retry"))
                    .hasValue("false");
            api.get("/zones/" + zone).ok();

            Files.delete(filler);
            record(api, zone, "after").ok();
            acknowledged.add("after.example.com");
            assertThat(names(api, zone)).containsExactlyInAnyOrderElementsOf(acknowledged);
            assertThat(api.published(
                                    zone,
                                    config -> config.hosts().size()
                                            == names(api, zone).size())
                            .hosts())
                    .hasSize(acknowledged.size());
        }
        try (TestControl api = TestControl.open(data)) {
            assertThat(names(api, zone)).containsExactlyInAnyOrderElementsOf(acknowledged);
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("control.db"));
                var statement = connection.createStatement();
                var rows = statement.executeQuery("pragma integrity_check")) {
            assertThat(rows.getString(1)).isEqualTo("ok");
        }
    }

    /// Several write at once until each has met the full disk a few times.
    private static List<String> writeUntilFull(TestControl api, String zone, AtomicInteger full) throws Exception {
        List<String> acknowledged = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                writers.add(threads.submit(() -> {
                    List<String> own = new ArrayList<>();
                    for (int j = 0, met = 0; j < 800 && met < 3; j++) {
                        Result result = record(api, zone, "w" + writer + "-" + j);
                        if (result.status() == 507) {
                            full.incrementAndGet();
                            met++;
                        } else {
                            own.add(result.ok().result().get("name").stringValue());
                        }
                    }
                    return own;
                }));
            }
            for (Future<List<String>> writer : writers) {
                acknowledged.addAll(writer.get());
            }
        }
        return acknowledged;
    }

    private static Result record(TestControl api, String zone, String name) throws Exception {
        return api.send(
                "POST",
                "/zones/" + zone + "/dns_records",
                "{\"type\":\"A\",\"name\":\"" + name + "\",\"content\":\"192.0.2.1\",\"proxied\":true,\"comment\":\""
                        + "c".repeat(90) + "\"}");
    }

    private static List<String> names(TestControl api, String zone) {
        try {
            return TestControl.each(api.get("/zones/" + zone + "/dns_records?per_page=5000")
                            .ok()
                            .result())
                    .map(record -> record.get("name").stringValue())
                    .collect(Collectors.toCollection(ArrayList::new));
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static boolean run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(Arrays.asList(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (java.io.IOException absent) {
            return false;
        }
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
