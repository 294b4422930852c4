package dev.selvage.analytics.query;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// What fields mean, a sentence each: for the schema's descriptions and for `docs/graphql-fields.md`.
public final class Meanings {
    private static final Pattern PERCENTILE = Pattern.compile("P\\d\\d$");

    /// Read when the whole schema is made, which few ask for.
    private static final class Sentences {
        private static final Map<String, String> ALL = read();
    }

    private Meanings() {}

    private static Map<String, String> read() {
        Map<String, String> all = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(Meanings.class.getResourceAsStream("meanings.txt"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        int colon = line.indexOf(": ");
                        if (all.put(line.substring(0, colon), line.substring(colon + 2)) != null) {
                            throw new IllegalStateException("said twice: " + line);
                        }
                    });
        } catch (IOException failure) {
            throw new UncheckedIOException("the meanings of fields cannot be read", failure);
        }
        return Map.copyOf(all);
    }

    /// @param path a dimension, or as [Measure#path]
    public static Optional<String> of(Dataset dataset, String path) {
        String field = PERCENTILE.matcher(path).replaceFirst("");
        String own = Sentences.ALL.get(dataset.wire() + "/" + field);
        return Optional.ofNullable(own == null ? Sentences.ALL.get(field) : own);
    }

    /// Every field that has one.
    static Map<String, String> all() {
        return Sentences.ALL;
    }
}
