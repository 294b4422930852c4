package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The token to call the API with, and where it came from. Its text is in the request and nowhere else.
final class Credential {
    private static final int LONGEST = 512;

    private final String token;
    private final String source;

    private Credential(String token, String source) {
        this.token = token;
        this.source = source;
    }

    /// A token from a variable of the environment.
    static Credential variable(String name, String text) throws ClientFailure {
        return of(text.strip(), name);
    }

    /// A token that is all a file holds.
    static Credential file(Path file) throws ClientFailure {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST + 16);
        } catch (IOException unreadable) {
            throw new ClientFailure(
                    Exit.IO, "the token cannot be read from " + file + ": " + Failures.reason(unreadable));
        }
        return of(new String(bytes, StandardCharsets.ISO_8859_1).strip(), file.toString());
    }

    private static Credential of(String token, String source) throws ClientFailure {
        boolean possible =
                !token.isEmpty() && token.length() <= LONGEST && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!possible) {
            throw new ClientFailure(
                    Exit.DENIED,
                    source + " does not hold a token: expected up to " + LONGEST + " visible ASCII characters");
        }
        return new Credential(token, source);
    }

    /// The value of the header `Authorization`.
    String authorization() {
        return "Bearer " + token;
    }

    /// Where it came from, for messages.
    String source() {
        return source;
    }

    /// Never shows the token.
    @Override
    public String toString() {
        return "the token from " + source;
    }
}
