package dev.selvage.toolkit.settings;

import java.util.Map;

/// The value of every setting of a [Schema].
public final class Values {
    private final Map<Key<?>, Object> values;
    private final Map<Key<?>, String> places;

    Values(Map<Key<?>, Object> values, Map<Key<?>, String> places) {
        this.values = Map.copyOf(values);
        this.places = Map.copyOf(places);
    }

    /// The value of `key`: what was given, else its default.
    ///
    /// @throws IllegalArgumentException when the schema lacks the key
    @SuppressWarnings("unchecked") // the schema put in only what the key's own kind parsed
    public <T> T get(Key<T> key) {
        Object value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the schema has no setting " + key.name());
        }
        return (T) value;
    }

    /// Where `key` was given: an option, or a file and line; its name where the default holds.
    public String place(Key<?> key) {
        return places.getOrDefault(key, key.name());
    }
}
