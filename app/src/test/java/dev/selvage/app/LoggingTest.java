package dev.selvage.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LoggingTest {
    private final Logging.Line line = new Logging.Line();

    @Test
    void aRecordIsOneLine() {
        assertThat(line.format(logged("the origin answers again")))
                .isEqualTo("2026-01-31T12:00:00.120Z WARNING edge.fill: the origin answers again\n");
    }

    @Test
    void whatAStrangerSentCannotBeginALineOrMoveTheCursor() {
        assertThat(line.format(logged("host a\r\nb\u001b[2J")))
                .endsWith("host a\\r\\nb\\u001b[2J\n")
                .hasLineCount(1);
    }

    @Test
    void aFailureShowsItsStackBelow() {
        LogRecord logged = logged("failed");
        logged.setThrown(new IllegalStateException("why"));

        assertThat(line.format(logged)).contains("failed\n    java.lang.IllegalStateException: why\n    \tat ");
    }

    private static LogRecord logged(String message) {
        LogRecord logged = new LogRecord(Level.WARNING, message);
        logged.setLoggerName("dev.selvage.edge.fill");
        logged.setInstant(Instant.parse("2026-01-31T12:00:00.120Z"));
        return logged;
    }
}
