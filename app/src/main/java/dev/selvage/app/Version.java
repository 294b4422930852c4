package dev.selvage.app;

/// Which version this is.
final class Version {
    /// The version of the jar, or `development` where the program runs from its class files.
    static final String TEXT = read();

    private Version() {}

    private static String read() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
