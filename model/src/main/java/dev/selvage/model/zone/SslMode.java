package dev.selvage.model.zone;

/// How the edge reaches a zone's origin (zone setting `ssl`).
public enum SslMode {
    /// In the clear.
    OFF,
    /// In the clear, whatever the visitor used.
    FLEXIBLE,
    /// By the visitor's scheme, without verifying the origin's certificate.
    FULL,
    /// By the visitor's scheme, with the origin's certificate verified.
    STRICT,
    /// Always TLS with the origin's certificate verified, whatever the visitor used.
    ORIGIN_PULL
}
