package dev.selvage.app;

/// The exit codes, as in `sysexits.h` where it has one.
public enum Exit {
    OK(0),
    /// Something that should not happen, here or in the API that was asked; the message or the log says what.
    SOFTWARE(1),
    /// The command line is wrong, or a question was not answered with yes.
    USAGE(2),
    /// The API refused what was asked of it.
    REFUSED(65),
    /// What was named is not there.
    NOT_FOUND(66),
    /// Something this program needs is taken, or not there: a port, the data directory, the API.
    UNAVAILABLE(69),
    /// The data directory or a file cannot be made, read or written.
    IO(74),
    /// Not now: a limit was reached, or no answer came in time. Later it may work.
    LATER(75),
    /// What answered is not the API.
    PROTOCOL(76),
    /// There is no token, it is not accepted, or it lacks the right.
    DENIED(77),
    /// The settings, or the data directory's version, do not fit this program.
    CONFIG(78);

    public final int code;

    Exit(int code) {
        this.code = code;
    }
}
