package dev.selvage.model.zone;

/// What is eligible for the cache where no rule says otherwise.
public enum DefaultCaching {
    /// Paths that end in one of the static file extensions; everything else is `DYNAMIC`.
    STATIC_EXTENSIONS,
    /// Every response that RFC 9111 allows a shared cache to store.
    RFC9111
}
