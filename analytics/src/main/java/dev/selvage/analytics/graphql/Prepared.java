package dev.selvage.analytics.graphql;

import graphql.language.Document;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Queries that were parsed, typed and checked before. Thread-safe.
///
/// A dashboard and an exporter send the same texts with other variables.
final class Prepared {
    /// Characters of all texts together; a parsed query takes some hundred bytes for each.
    private static final int MOST_CHARACTERS = 256 << 10;

    /// A longer text is not kept.
    private static final int LONGEST = 16 << 10;

    /// A query that may be executed.
    ///
    /// @param introspective true when it asks for the schema itself
    /// @param cost how many datasets it names
    record Query(Typing.Typed typed, boolean introspective, long cost) {
        Document document() {
            return typed.document();
        }
    }

    private final Map<String, Query> known = new LinkedHashMap<>(16, 0.75f, true);
    private int characters;

    synchronized Optional<Query> get(String text) {
        return Optional.ofNullable(known.get(text));
    }

    synchronized void put(String text, Query query) {
        if (text.length() > LONGEST || known.put(text, query) != null) {
            return;
        }
        characters += text.length();
        var eldest = known.keySet().iterator();
        while (characters > MOST_CHARACTERS) {
            characters -= eldest.next().length();
            eldest.remove();
        }
    }
}
