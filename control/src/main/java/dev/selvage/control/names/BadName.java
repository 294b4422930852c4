package dev.selvage.control.names;

/// Says why a text is no host name.
final class BadName extends Exception {
    private static final long serialVersionUID = 1L;

    BadName(String why) {
        super(why, null, false, false);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
