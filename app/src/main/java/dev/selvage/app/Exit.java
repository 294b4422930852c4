package dev.selvage.app;

/// The exit codes, as in `sysexits.h` where it has one.
enum Exit {
    OK(0),
    /// Something that should not happen; the log says what.
    SOFTWARE(1),
    /// The command line is wrong.
    USAGE(2),
    /// Something this program needs is taken: a port, the data directory.
    UNAVAILABLE(69),
    /// The data directory cannot be made, read or written.
    IO(74),
    /// The settings, or the data directory's version, do not fit this program.
    CONFIG(78);

    final int code;

    Exit(int code) {
        this.code = code;
    }
}
