package dev.selvage.control.api;

/// Where something is done.
public sealed interface Place {
    /// To the installation and its operator.
    record User() implements Place {}

    record Account(String id) implements Place {}

    /// @param id empty for a zone that is to be made
    record Zone(String id, String account) implements Place {}

    User USER = new User();
}
