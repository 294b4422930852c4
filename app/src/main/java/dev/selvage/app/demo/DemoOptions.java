package dev.selvage.app.demo;

import java.time.Duration;

/// How to show the demo.
///
/// @param duration how long the log's four days take; zero is as fast as it goes
/// @param connections client connections to the edge, 1..1,000
/// @param exit stop when the replay is over instead of staying up for the dashboard
/// @param terminal output goes to a person's terminal, so a line may be redrawn
public record DemoOptions(Duration duration, int connections, boolean exit, boolean terminal) {
    /// Twenty seconds over 32 connections.
    public static final DemoOptions DEFAULT = new DemoOptions(Duration.ofSeconds(20), 32, false, false);

    public DemoOptions {
        if (duration.isNegative() || duration.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("the demo's duration is " + duration + "; it can be 0 to 1 hour");
        }
        if (connections < 1 || connections > 1_000) {
            throw new IllegalArgumentException(
                    "the demo's connections are " + connections + "; 1 to 1,000 are possible");
        }
    }
}
