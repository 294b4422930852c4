package dev.selvage.bench.rules;

import dev.selvage.bench.edge.Generator;
import dev.selvage.bench.edge.Load;
import dev.selvage.bench.edge.Peers;
import dev.selvage.bench.edge.Wrk;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.process.Ports;
import dev.selvage.bench.process.ProcessTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// nginx with the rules of [Zone#comparable]: its regular expressions as a `map`, its directories as `location ^~`.
///
/// One worker answers `return 200` on two ports, on one of them by way of the rules. What they cost is the
/// difference in CPU time of nginx for a request, so that what else the machine does is not in it.
final class NginxRules {
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Children children;
    private final String nginx;
    private final Generator generator;

    NginxRules(Children children, String nginx, String wrk) {
        this.children = children;
        this.nginx = nginx;
        generator = new Wrk(children, wrk);
    }

    /// What the rules cost a request, in microseconds, in each round.
    List<Double> measure(int rounds, int seconds) throws IOException, InterruptedException {
        List<Integer> ports = Ports.free(2);
        Process process = start(ports);
        try {
            var cpu = new ProcessTree(process.pid());
            Zone zone = Zone.comparable();
            var load = new Load(
                    "rules",
                    "rules",
                    0,
                    zone.paths(),
                    IntStream.range(0, zone.paths().size()).toArray());
            micros(load, ports.get(0), 1, cpu);
            micros(load, ports.get(1), 1, cpu);
            List<Double> costs = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                double plain = micros(load, ports.get(round % 2), seconds, cpu);
                double other = micros(load, ports.get(1 - round % 2), seconds, cpu);
                costs.add(round % 2 == 0 ? other - plain : plain - other);
            }
            return costs;
        } finally {
            children.stop(process);
        }
    }

    private double micros(Load load, int port, int seconds, ProcessTree cpu) throws IOException, InterruptedException {
        double before = cpu.cpuSeconds();
        Generator.Sample sample = generator.run(load, port, seconds);
        if (sample.errors() > 0 || sample.requests() == 0) {
            throw new IOException("nginx answered with " + sample.errors() + " errors");
        }
        return (cpu.cpuSeconds() - before) * 1e6 / sample.requests();
    }

    private Process start(List<Integer> ports) throws IOException, InterruptedException {
        Path configuration = children.scratch().resolve("rules.conf");
        Files.writeString(
                configuration,
                Peers.fill(
                        Peers.resource("/peers/rules.conf.in"),
                        children.scratch(),
                        Map.of(
                                "P_PLAIN", ports.get(0).toString(),
                                "P_RULES", ports.get(1).toString(),
                                "PATTERNS", patterns(),
                                "PREFIXES", prefixes())));
        Process process = children.start("nginx-rules", children.scratch(), Peers.command(nginx, configuration));
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!Ports.accepts(ports.get(1))) {
            if (!process.isAlive() || System.nanoTime() > until) {
                throw new IOException("nginx did not start:\n" + children.tail("nginx-rules"));
            }
            Thread.sleep(20);
        }
        return process;
    }

    static String patterns() {
        StringBuilder map = new StringBuilder();
        for (int i = 0; i < Zone.MATCHES; i++) {
            map.append("    \"~")
                    .append(Zone.pattern(i))
                    .append("\" ")
                    .append(i)
                    .append(";\n");
        }
        return map.toString();
    }

    static String prefixes() {
        StringBuilder locations = new StringBuilder();
        for (int i = 0; i < Zone.RULES - Zone.MATCHES; i++) {
            locations.append("    location ^~ ").append(Zone.prefix(i)).append(" { return 200 \"$ruled\"; }\n");
        }
        return locations.toString();
    }
}
