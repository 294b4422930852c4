package dev.selvage.toolkit.settings;

/// One setting: the table row that drives parser, limits, default and documentation.
///
/// @param name lower-case words joined by `-`, levels joined by `.`, such as `cache.max-object`
/// @param initial the value where nobody sets one
/// @param why what the default is made of where it depends on the machine, else empty
/// @param doc the manual's text, a sentence or two
public record Key<T>(String name, Kind<T> kind, T initial, String why, String doc) {
    /// A setting with a fixed default.
    public static <T> Key<T> of(String name, Kind<T> kind, T initial, String doc) {
        return new Key<>(name, kind, initial, "", doc);
    }

    /// A setting whose default depends on the machine.
    public static <T> Key<T> derived(String name, Kind<T> kind, T initial, String why, String doc) {
        return new Key<>(name, kind, initial, why, doc);
    }
}
