package dev.selvage.toolkit.web;

/// Answers requests of one route, on a virtual thread of its own; may block.
@FunctionalInterface
public interface Handler {
    Answer handle(Call call) throws Exception;
}
