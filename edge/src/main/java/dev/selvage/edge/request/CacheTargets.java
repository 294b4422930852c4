package dev.selvage.edge.request;

import java.util.Arrays;
import java.util.Comparator;

/// The part of the cache key that comes from the request target.
public final class CacheTargets {
    /// By name alone, so that values of the same name keep their order: `a=1&a=2` and `a=2&a=1` are two
    /// questions to an origin that takes the first or the last.
    private static final Comparator<String> BY_NAME = Comparator.comparing(CacheTargets::name);

    private CacheTargets() {}

    /// Path and query as the zone's settings make them part of the key.
    ///
    /// @param sort order the query's parameters by name, so that the order of names does not matter
    /// @param dropQuery the query is no part of the key
    public static String of(String target, boolean sort, boolean dropQuery) {
        int question = target.indexOf('?');
        if (question < 0 || !(sort || dropQuery)) {
            return target;
        }
        String path = target.substring(0, question);
        if (dropQuery) {
            return path;
        }
        String[] parameters = target.substring(question + 1).split("&", -1);
        Arrays.sort(parameters, BY_NAME);
        return path + "?" + String.join("&", parameters);
    }

    /// The name of a parameter as an origin reads it: `%69d` is `id`.
    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        if (name.indexOf('%') < 0) {
            return name;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            int high = i + 2 < name.length() && name.charAt(i) == '%' ? Character.digit(name.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(name.charAt(i + 2), 16);
            if (low < 0) {
                plain.append(name.charAt(i));
            } else {
                plain.append((char) (high << 4 | low));
                i += 2;
            }
        }
        return plain.toString();
    }
}
