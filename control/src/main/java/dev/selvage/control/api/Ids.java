package dev.selvage.control.api;

import dev.selvage.toolkit.web.Call;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Identifiers: 32 lower-case hexadecimal digits.
public final class Ids {
    private static final int BYTES = 16;

    private Ids() {}

    /// A new one.
    public static String next() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    public static boolean wellFormed(String text) {
        return text.length() == 2 * BYTES
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /// The identifier in a segment of the path.
    ///
    /// @throws Refused with 404 when it is none
    public static String of(Call call, String segment) {
        String id = call.capture(segment);
        if (!wellFormed(id)) {
            throw new Refused(404, couldNotRoute(call.path()));
        }
        return id;
    }

    static ApiError couldNotRoute(String path) {
        return new ApiError(7003, "Could not route to " + path + ", perhaps your object identifier is invalid?");
    }
}
