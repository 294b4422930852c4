package dev.selvage.app;

import java.io.PrintStream;
import picocli.CommandLine.Command;

/// `./selvage config`: the manual of the settings.
@Command(name = "config", description = "Prints every setting with its default and its documentation.")
final class ConfigCommand implements Runnable {
    private final PrintStream out;

    ConfigCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public void run() {
        out.print("""
                ## Every setting of Selvage with its default, as a settings file that sets nothing:
                ##   ./selvage config > selvage.yaml && ./selvage up --config selvage.yaml
                ## Take the # from the lines to change. The command line wins over the file.

                """);
        out.print(UpSettings.SCHEMA.manual());
        out.flush();
    }
}
