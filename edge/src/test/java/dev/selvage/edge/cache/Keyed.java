package dev.selvage.edge.cache;

import dev.selvage.edge.http.FieldNames;
import dev.selvage.edge.http.Headers;
import java.nio.charset.StandardCharsets;

/// A request as keys ask for it.
///
/// @param fieldsSent those that reach origins, names in lower case
public record Keyed(boolean secure, String authority, String target, Headers fieldsSent, String device, String country)
        implements KeyTemplate.Request {
    /// A GET by somebody at a desk in the Netherlands.
    public static Keyed get(String target, String... fields) {
        return new Keyed(false, "site.example", target, Headers.of(fields), "desktop", "NL");
    }

    @Override
    public void appendTarget(CacheKey.Probe to) {
        to.append(target);
    }

    @Override
    public boolean hasOrigin() {
        return fieldsSent.has("origin");
    }

    @Override
    public int fields() {
        return fieldsSent.size();
    }

    @Override
    public boolean named(int i, String name) {
        return FieldNames.unmasked(fieldsSent.name(i)).equals(name);
    }

    @Override
    public byte[] valueBytes(int i) {
        return fieldsSent.value(i).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public int valueStart(int i) {
        return 0;
    }

    @Override
    public int valueLength(int i) {
        return fieldsSent.value(i).length();
    }
}
