package dev.selvage.control.rulesets;

import dev.selvage.control.names.HttpToken;
import java.util.Optional;

/// Names of header fields, which are tokens (RFC 9110 section 5.1), and so are those of cookies (RFC 6265 section 4.1).
final class FieldNames {
    /// Longest name, in characters.
    static final int LONGEST = 128;

    private FieldNames() {}

    /// Says what is wrong with a name.
    static Optional<String> wrong(String name) {
        boolean right = name.length() <= LONGEST && HttpToken.is(name);
        return right
                ? Optional.empty()
                : Optional.of("\"" + name + "\" must be a name of 1 to " + LONGEST
                        + " letters, digits and marks such as \"-\", without blanks or colons");
    }
}
