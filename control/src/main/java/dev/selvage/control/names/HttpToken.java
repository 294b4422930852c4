package dev.selvage.control.names;

/// What methods and header fields may be called, and cookies too (RFC 9110 section 5.6.2).
public final class HttpToken {
    private static final String MARKS = "!#$%&'*+-.^_`|~";

    private HttpToken() {}

    /// True for one or more letters, digits and marks.
    public static boolean is(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || MARKS.indexOf(c) >= 0);
    }
}
