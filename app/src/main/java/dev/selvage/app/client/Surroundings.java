package dev.selvage.app.client;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What a command finds around it.
///
/// @param environment the environment's variables
/// @param directory what relative paths are relative to
/// @param terminals which of the three streams are a person's terminal
public record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Path directory,
        Terminals terminals) {
    private static final int USUAL_COLUMNS = 80;
    private static final int MOST_COLUMNS = 1_000;

    /// @param columns how wide the standard output's terminal is
    public record Terminals(boolean in, boolean out, boolean err, int columns) {
        /// Everything goes to files and other programs.
        public static final Terminals NONE = new Terminals(false, false, false, USUAL_COLUMNS);

        /// What the launcher saw: Java itself cannot tell the streams apart.
        ///
        /// @param seen such as `in out err`; null when nobody looked
        /// @param columns a number, or anything else where nobody knows
        static Terminals seen(String seen, String columns) {
            String words = " " + seen + " ";
            return new Terminals(
                    words.contains(" in "), words.contains(" out "), words.contains(" err "), columns(columns));
        }

        private static int columns(String text) {
            boolean number =
                    !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
            int columns = number ? Integer.parseInt(text) : 0;
            return columns == 0 ? USUAL_COLUMNS : Math.min(columns, MOST_COLUMNS);
        }
    }

    /// Those of this process.
    public static Surroundings ofProcess() {
        String seen = System.getProperty("selvage.terminals");
        if (seen == null) {
            boolean all = Optional.ofNullable(System.console())
                    .filter(Console::isTerminal)
                    .isPresent();
            seen = all ? "in out err" : "";
        }
        return new Surroundings(
                System.in,
                System.out,
                System.err,
                System.getenv(),
                Path.of(""),
                Terminals.seen(seen, System.getProperty("selvage.columns", "")));
    }
}
