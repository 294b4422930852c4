package dev.selvage.bench.edge;

import dev.selvage.bench.process.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The load generator `wrk`: one thread, 64 connections, as fast as the contender answers.
public final class Wrk implements Generator {
    static final int CONNECTIONS = 64;

    private final Children children;
    private final String program;

    public Wrk(Children children, String program) {
        this.children = children;
        this.program = program;
    }

    @Override
    public Sample run(Load load, int port, int seconds) throws IOException, InterruptedException {
        return parse(children.run("wrk", children.scratch(), command(load, port, seconds), seconds + 30L));
    }

    private List<String> command(Load load, int port, int seconds) throws IOException {
        String url = "http://127.0.0.1:" + port;
        List<String> command =
                new ArrayList<>(List.of(program, "-t1", "-c" + CONNECTIONS, "-d" + seconds + "s", "--latency", "-s"));
        if (load.sequence().length == 0) {
            command.add(file("report.lua", Peers.resource("/wrk/report.lua")).toString());
            command.add(url + load.paths().getFirst());
        } else {
            String script = Peers.resource("/wrk/sequence.lua") + Peers.resource("/wrk/report.lua");
            command.add(file(load.name() + ".lua", script).toString());
            command.add(url);
            command.add("--");
            command.add(file(load.name() + ".paths", String.join("\n", load.paths()) + "\n")
                    .toString());
            command.add(file(
                            load.name() + ".sequence",
                            IntStream.of(load.sequence())
                                    .mapToObj(index -> (index + 1) + "\n")
                                    .collect(Collectors.joining()))
                    .toString());
        }
        return command;
    }

    private Path file(String name, String content) throws IOException {
        Path file = children.scratch().resolve(name);
        if (!Files.exists(file)) {
            Files.writeString(file, content);
        }
        return file;
    }

    /// What `report.lua` wrote.
    static Sample parse(String output) throws IOException {
        for (String line : output.lines().toList()) {
            if (line.startsWith("report ")) {
                String[] fields = line.split(" ", -1);
                long errors = 0;
                for (int i = 4; i <= 8; i++) {
                    errors += Long.parseLong(fields[i]);
                }
                return new Sample(
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[2]) / 1e6,
                        Long.parseLong(fields[3]),
                        errors,
                        Double.parseDouble(fields[9]),
                        Double.parseDouble(fields[10]));
            }
        }
        throw new IOException("wrk wrote no report: " + output);
    }
}
