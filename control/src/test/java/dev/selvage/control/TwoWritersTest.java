package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class TwoWritersTest {
    @TempDir
    Path directory;

    private TestControl api;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
    }

    @AfterEach
    void stop() {
        threads.close();
        api.close();
    }

    @Test
    void editsOfDifferentFieldsOfOneRecordAllHold() throws Exception {
        String zone = api.zone("example.com");
        String record = "/zones/" + zone + "/dns_records/" + api.record(zone, "A", "www", "192.0.2.1", false);
        for (int round = 1; round <= 25; round++) {
            int n = round;
            all(List.of(
                            () -> api.send("PATCH", record, "{\"content\":\"192.0.2." + n + "\"}"),
                            () -> api.send("PATCH", record, "{\"comment\":\"c" + n + "\"}"),
                            () -> api.send("PATCH", record, "{\"ttl\":" + (60 + n) + "}"),
                            () -> api.send("PATCH", record, "{\"tags\":[\"t:" + n + "\"]}")))
                    .forEach(Result::ok);
            JsonNode now = api.get(record).ok().result();
            assertThat(now.get("content").stringValue()).isEqualTo("192.0.2." + n);
            assertThat(now.get("comment").stringValue()).isEqualTo("c" + n);
            assertThat(now.get("ttl").intValue()).isEqualTo(60 + n);
            assertThat(now.at("/tags/0").stringValue()).isEqualTo("t:" + n);
        }
    }

    @Test
    void everyChangeOfAZoneCounts() throws Exception {
        String zone = api.zone("example.com");
        long before = api.published(zone, _ -> true).version();
        List<Callable<Result>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = "r" + i;
            calls.add(() -> api.send(
                    "POST",
                    "/zones/" + zone + "/dns_records",
                    "{\"type\":\"A\",\"name\":\"" + name + "\",\"content\":\"192.0.2.1\",\"proxied\":true}"));
        }
        all(calls).forEach(Result::ok);
        assertThat(api.published(zone, config -> config.hosts().size() == 40).version())
                .isEqualTo(before + 40);
    }

    @Test
    void oneOfManyGetsAName() throws Exception {
        String account = api.account();
        List<Callable<Result>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            calls.add(() ->
                    api.send("POST", "/zones", "{\"name\":\"one.example\",\"account\":{\"id\":\"" + account + "\"}}"));
        }
        List<Result> results = all(calls);
        assertThat(results).filteredOn(result -> result.status() == 200).hasSize(1);
        results.stream().filter(result -> result.status() != 200).forEach(result -> result.refused(400, 1061));
        assertThat(api.get("/zones").ok().body().at("/result_info/total_count").intValue())
                .isEqualTo(1);
    }

    private List<Result> all(List<Callable<Result>> calls) throws Exception {
        List<Result> results = new ArrayList<>();
        for (Future<Result> call : threads.invokeAll(calls)) {
            results.add(call.get());
        }
        return results;
    }
}
