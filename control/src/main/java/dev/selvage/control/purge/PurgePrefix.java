package dev.selvage.control.purge;

import dev.selvage.control.names.HostName.Host;
import dev.selvage.control.names.HostName.Wrong;
import java.util.Optional;

/// `host` or `host/path`, as a purge by prefix names it: host in lower case, path as it was sent.
record PurgePrefix(String host, String text) {
    /// The API's.
    static final int MOST_SLASHES = 31;

    /// What a text is.
    sealed interface Reading {}

    record Right(PurgePrefix prefix) implements Reading {}

    /// @param why for people: what is wrong with it, and what would be right
    record Misread(String why) implements Reading {}

    static Reading read(String text) {
        if (text.isEmpty()) {
            return new Misread("it is empty");
        }
        if (text.length() > HostText.LONGEST) {
            return new Misread("it has more than " + HostText.LONGEST + " characters");
        }
        int slash = text.indexOf('/');
        int scheme = text.indexOf("://");
        if (scheme >= 0 && scheme < slash) {
            return new Misread("it has a scheme; a prefix is for http and https, so leave it out");
        }
        if (slash == 0) {
            return new Misread("it has no host");
        }
        if (text.indexOf('?') >= 0) {
            return new Misread("it has a query; a prefix is for every query, so leave it out");
        }
        if (text.indexOf('#') >= 0) {
            return new Misread("it has a fragment, which no request has; leave it out");
        }
        long slashes = text.chars().filter(c -> c == '/').count();
        if (slashes > MOST_SLASHES) {
            return new Misread("it has " + slashes + " slashes; at most " + MOST_SLASHES + " are allowed");
        }
        String host = slash < 0 ? text : text.substring(0, slash);
        // `host/` covers just what `host` does.
        String path = slash < 0 || slash == text.length() - 1 ? "" : text.substring(slash);
        Optional<String> target = HostText.target(path);
        if (target.isEmpty()) {
            return new Misread("its path has a space or what cannot be shown; as %20 and the like it may be there");
        }
        return switch (HostText.host(host)) {
            case Wrong(String why) -> new Misread("its host cannot be one: " + why);
            case Host(String name) -> new Right(new PurgePrefix(name, name + target.get()));
        };
    }
}
