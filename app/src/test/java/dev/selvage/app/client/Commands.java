package dev.selvage.app.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;

/// Runs commands as a person or a script would, against one API.
final class Commands {
    static final String TOKEN = "cfut_this-is-the-secret-of-the-tests-0123456789";

    private final Path directory;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Surroundings.Terminals terminals = Surroundings.Terminals.NONE;
    private Charset charset = StandardCharsets.UTF_8;
    private byte[] in = new byte[0];

    record Ran(int exit, String out, String err) {}

    Commands(Path directory, String url) {
        this.directory = directory;
        environment.put("SELVAGE_URL", url);
        environment.put("SELVAGE_TOKEN", TOKEN);
    }

    Commands with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Commands without(String variable) {
        environment.remove(variable);
        return this;
    }

    /// A person at a terminal of so many columns.
    Commands person(int columns) {
        terminals = new Surroundings.Terminals(true, true, true, columns);
        return this;
    }

    Commands typing(String text) {
        in = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    Commands in(Charset other) {
        charset = other;
        return this;
    }

    Ran run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings around = new Surroundings(
                new ByteArrayInputStream(in),
                new PrintStream(out, true, charset),
                new PrintStream(err, true, charset),
                environment,
                directory,
                terminals);
        CommandLine program = new CommandLine(new Root());
        if (!ClientCommands.addCalled(program, arguments, around)) {
            ClientCommands.addAll(program, around);
        }
        int exit = program.setErr(new PrintWriter(around.err(), true, charset)).execute(arguments);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @CommandLine.Command(name = "./selvage")
    private static final class Root implements Runnable {
        @Override
        public void run() {}
    }
}
