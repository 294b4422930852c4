package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;

/// A command that calls the API: what all of them share.
abstract class ClientCommand implements Callable<Integer> {
    /// A body larger than this the API would not take.
    private static final int LARGEST_INPUT = 8 << 20;

    private static final int LONGEST_ANSWER = 100;

    @ArgGroup(exclusive = false, validate = false, heading = OutputOptions.HEADING, order = 20)
    private OutputOptions outputOptions = new OutputOptions();

    private final Surroundings around;

    ClientCommand(Surroundings around) {
        this.around = around;
    }

    /// A command whose token may lie in the data directory of a program on this machine.
    abstract static class Local extends ClientCommand {
        @ArgGroup(exclusive = false, validate = false, heading = ConnectionOptions.HEADING, order = 10)
        private ConnectionOptions.Local connection = new ConnectionOptions.Local();

        Local(Surroundings around) {
            super(around);
        }

        @Override
        final ConnectionOptions connection() {
            return connection;
        }
    }

    abstract ConnectionOptions connection();

    /// Does the work.
    abstract void run(Session session) throws ClientFailure;

    @Override
    public final Integer call() {
        Output output = new Output(around, outputOptions);
        try {
            ConnectionOptions.Target target = connection().target(around);
            boolean inTheClear = "http".equalsIgnoreCase(target.base().getScheme());
            if (inTheClear && !ConnectionOptions.isThisMachine(target.base())) {
                output.note("the token goes to " + target.base().getHost() + " in the clear; https would hide it");
            }
            try (ApiClient client = new ApiClient(target, output::note)) {
                run(new Session(client, output));
            }
            return Exit.OK.code;
        } catch (ClientFailure failure) {
            around.out().flush();
            failure.lines().forEach(output::error);
            return failure.exit().code;
        }
    }

    /// Asks a person, and takes only yes for a yes. Where nobody can be asked, the answer must be in the command.
    ///
    /// @param what completes a question that begins with it, such as `remove the zone example.com`
    final void confirm(Session session, boolean yes, String what) throws ClientFailure {
        if (yes) {
            return;
        }
        if (!around.terminals().in() || !around.terminals().err()) {
            throw new ClientFailure(Exit.USAGE, "nobody is there to ask: to " + what + ", add --yes");
        }
        around.err().print("selvage: " + Printable.line(what) + "? [y/N] ");
        around.err().flush();
        String answer;
        try {
            answer = readLine();
        } catch (IOException closed) {
            answer = "";
        }
        if (!answer.equals("y") && !answer.equals("yes")) {
            throw new ClientFailure(Exit.USAGE, "nothing was changed");
        }
    }

    private String readLine() throws IOException {
        BufferedReader reader = new BufferedReader(
                new InputStreamReader(around.in(), around.err().charset()));
        StringBuilder line = new StringBuilder();
        for (int c = reader.read(); c >= 0 && c != '\n' && line.length() < LONGEST_ANSWER; c = reader.read()) {
            line.append((char) c);
        }
        return line.toString().strip().toLowerCase(Locale.ROOT);
    }

    /// What a file holds, or the standard input for `-`.
    final byte[] input(String file) throws ClientFailure {
        byte[] bytes;
        try (InputStream in = file.equals("-")
                ? around.in()
                : Files.newInputStream(around.directory().resolve(file))) {
            bytes = in.readNBytes(LARGEST_INPUT + 1);
        } catch (IOException | InvalidPathException unreadable) {
            throw new ClientFailure(Exit.IO, file + " cannot be read: " + Failures.reason(unreadable));
        }
        if (bytes.length > LARGEST_INPUT) {
            throw new ClientFailure(
                    Exit.REFUSED, file + " is larger than the " + (LARGEST_INPUT >> 20) + " MiB of a call");
        }
        return bytes;
    }
}
