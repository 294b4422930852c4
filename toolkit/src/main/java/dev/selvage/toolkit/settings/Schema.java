package dev.selvage.toolkit.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings that a program knows, in the order of its manual.
public final class Schema {
    private final Map<String, Key<?>> keys = new LinkedHashMap<>();

    public Schema(List<Key<?>> keys) {
        for (Key<?> key : keys) {
            if (this.keys.put(key.name(), key) != null) {
                throw new IllegalArgumentException("two settings are called " + key.name());
            }
        }
    }

    /// What reading came to.
    public sealed interface Outcome {}

    /// Everything given was right.
    public record Accepted(Values values) implements Outcome {}

    /// Nothing takes effect.
    ///
    /// @param problems all of them, the file's first, in its order
    public record Refused(List<Problem> problems) implements Outcome {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /// Every setting, in order.
    public List<Key<?>> keys() {
        return List.copyOf(keys.values());
    }

    /// Reads `file`, if any, and then `options`, which win over it.
    ///
    /// @throws IOException when the file cannot be read
    public Outcome read(@Nullable Path file, List<Given> options) throws IOException {
        List<Problem> problems = new ArrayList<>();
        List<Given> given = new ArrayList<>();
        if (file != null) {
            new SettingsFile(file, keys.keySet(), problems).read(given);
        }
        given.addAll(options);
        Map<Key<?>, Object> values = new HashMap<>();
        Map<Key<?>, String> places = new HashMap<>();
        keys.values().forEach(key -> values.put(key, key.initial()));
        for (Given one : given) {
            Key<?> key = keys.get(one.key());
            if (key == null) {
                problems.add(new Problem(one.where(), Nearest.unknown(one.key(), keys.keySet())));
            } else if (one.sequence() && !key.kind().list()) {
                problems.add(new Problem(
                        one.where(),
                        key.name() + " takes one value, not a list; expected "
                                + key.kind().expects()));
            } else {
                switch (key.kind().parse(one.text())) {
                    case Kind.Valid<?>(Object value) -> {
                        values.put(key, value);
                        places.put(key, one.where());
                    }
                    case Kind.Invalid<?>(String reason) ->
                        problems.add(new Problem(
                                one.where(),
                                key.name() + ": `" + shortened(one.text()) + "` " + reason + "; expected "
                                        + key.kind().expects()));
                }
            }
        }
        return problems.isEmpty() ? new Accepted(new Values(values, places)) : new Refused(problems);
    }

    /// The manual: each setting with its default, what it accepts, and its documentation, as a YAML file that sets
    /// nothing.
    public String manual() {
        StringBuilder manual = new StringBuilder();
        for (Key<?> key : keys.values()) {
            manual.append(manual(key)).append('\n');
        }
        return manual.toString();
    }

    private static <T> String manual(Key<T> key) {
        StringBuilder text = new StringBuilder();
        wrap(text, key.doc());
        wrap(
                text,
                "Expects " + key.kind().expects() + "."
                        + (key.why().isEmpty() ? "" : " The default is " + key.why() + "."));
        String value = key.kind().show(key.initial());
        return text.append("# ")
                .append(key.name())
                .append(": ")
                .append(value.isEmpty() ? "\"\"" : value)
                .append('\n')
                .toString();
    }

    private static void wrap(StringBuilder text, String paragraph) {
        int column = 0;
        for (String word : paragraph.split(" ", -1)) {
            if (column == 0 || column + 1 + word.length() > 100) {
                text.append(column == 0 ? "" : "\n").append("##");
                column = 2;
            }
            text.append(' ').append(word);
            column += 1 + word.length();
        }
        text.append('\n');
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= 80 ? line : line.substring(0, 80) + "…";
    }
}
