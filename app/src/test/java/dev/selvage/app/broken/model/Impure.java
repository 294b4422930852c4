package dev.selvage.app.broken.model;

import picocli.CommandLine;

/// Brings a library into the model.
record Impure(CommandLine line) {}
