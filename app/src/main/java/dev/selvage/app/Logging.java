package dev.selvage.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The log: one line per record on the standard error.
final class Logging {
    private Logging() {}

    /// Replaces whatever logging there is.
    static void start(UpSettings.LogLevel level) {
        LogManager.getLogManager().reset();
        ConsoleHandler handler = new ConsoleHandler();
        handler.setFormatter(new Line());
        handler.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(
                switch (level) {
                    case WARNING -> Level.WARNING;
                    case INFO -> Level.INFO;
                    case DEBUG -> Level.FINE;
                });
    }

    /// `2026-01-31T12:00:00.123Z WARNING edge.fill: the message`, and below it the stack of a failure.
    static final class Line extends Formatter {
        private static final String OURS = "dev.selvage.";

        @Override
        public String format(LogRecord logged) {
            String name = String.valueOf(logged.getLoggerName());
            StringBuilder line = new StringBuilder(120)
                    .append(Instant.ofEpochMilli(logged.getMillis()).truncatedTo(ChronoUnit.MILLIS))
                    .append(' ')
                    .append(logged.getLevel().getName())
                    .append(' ')
                    .append(name.startsWith(OURS) ? name.substring(OURS.length()) : name)
                    .append(": ");
            escape(line, String.valueOf(formatMessage(logged)));
            Throwable failure = logged.getThrown();
            if (failure != null) {
                StringWriter stack = new StringWriter();
                failure.printStackTrace(new PrintWriter(stack));
                line.append("\n    ").append(stack.toString().strip().replace("\n", "\n    "));
            }
            return line.append('\n').toString();
        }

        /// What a visitor or an origin sent can end in a message: it must not begin a line or move the cursor.
        private static void escape(StringBuilder line, String message) {
            for (int i = 0; i < message.length(); i++) {
                char c = message.charAt(i);
                switch (c) {
                    case '\n' -> line.append("\\n");
                    case '\r' -> line.append("\\r");
                    default -> {
                        if (Character.isISOControl(c)) {
                            line.append("\\u%04x".formatted((int) c));
                        } else {
                            line.append(c);
                        }
                    }
                }
            }
        }
    }
}
