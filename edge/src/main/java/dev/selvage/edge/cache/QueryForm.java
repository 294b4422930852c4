package dev.selvage.edge.cache;

import dev.selvage.model.rules.SetCache;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What of a query string is part of the cache key.
///
/// What is left out of the key still reaches the origin. So a parameter is left out only if no reader could take
/// it, or a piece of it, for one that counts: of what an owner lists to be left out, exactly those of that name;
/// of what he lists to count, everything that some origin might read under such a name.
///
/// @param kept which parameters
/// @param names for `LISTED` and `OTHERS`, in the form that their kind compares
/// @param sorted ordered by name, those of the same name as they came
public record QueryForm(Kept kept, Set<String> names, boolean sorted) {
    /// The whole query as it is sent.
    public static final QueryForm WHOLE = new QueryForm(Kept.ALL, Set.of(), false);

    /// By name alone, so that values of the same name keep their order: `a=1&a=2` and `a=2&a=1` are two
    /// questions to an origin that takes the first or the last.
    private static final Comparator<String> BY_NAME = Comparator.comparing(QueryForm::sortName);

    /// Which parameters count.
    public enum Kept {
        ALL,
        NONE,
        /// Those of the names, and what could be read as one of them.
        LISTED,
        /// All but those of exactly the names.
        OTHERS
    }

    public QueryForm {
        names = Set.copyOf(names);
    }

    /// All or nothing.
    public static QueryForm of(boolean drop, boolean sort) {
        return drop
                ? new QueryForm(Kept.NONE, Set.of(), false)
                : sort ? new QueryForm(Kept.ALL, Set.of(), true) : WHOLE;
    }

    /// What an owner says of the query.
    public static QueryForm of(SetCache.Query query, boolean sort) {
        if (query.all()) {
            return of(!query.included(), sort);
        }
        Set<String> names = new HashSet<>();
        for (String name : query.names()) {
            String bytes = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            names.add(query.included() ? readable(bytes) : bytes);
        }
        return new QueryForm(query.included() ? Kept.LISTED : Kept.OTHERS, names, sort);
    }

    /// Path and query as they are part of the key.
    public String of(String target) {
        int question = target.indexOf('?');
        if (question < 0 || (kept == Kept.ALL && !sorted)) {
            return target;
        }
        String path = target.substring(0, question);
        if (kept == Kept.NONE) {
            return path;
        }
        List<String> counting = new ArrayList<>();
        for (String parameter : target.substring(question + 1).split("&", -1)) {
            if (counts(parameter)) {
                counting.add(parameter);
            }
        }
        if (sorted) {
            counting.sort(BY_NAME);
        }
        return counting.isEmpty() ? path : path + '?' + String.join("&", counting);
    }

    private boolean counts(String parameter) {
        return switch (kept) {
            case ALL -> true;
            case NONE -> false;
            case OTHERS -> parameter.indexOf(';') >= 0 || !names.contains(decoded(name(parameter), true));
            // To some a semicolon separates parameters too.
            case LISTED ->
                Arrays.stream(parameter.split(";", -1))
                        .anyMatch(piece -> names.contains(readable(decoded(name(piece), true))));
        };
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0 ? parameter : parameter.substring(0, equals);
    }

    /// The name of a parameter as an origin reads it: `%69d` is `id`.
    private static String sortName(String parameter) {
        return decoded(name(parameter), false);
    }

    /// What all names have in common that some origin reads as one: letters of either case, what stands in
    /// brackets, and the signs that PHP makes underscores of.
    private static String readable(String name) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == 0 || (c == '[' && i > 0)) {
                break;
            }
            if (c != ' ' || !plain.isEmpty()) {
                plain.append(c == ' ' || c == '.' || c == '[' ? '_' : c);
            }
        }
        return plain.toString().toLowerCase(Locale.ROOT);
    }

    /// A name with its percent-encodings decoded.
    static String decoded(String name) {
        return decoded(name, false);
    }

    private static String decoded(String name, boolean plus) {
        if (name.indexOf('%') < 0 && !(plus && name.indexOf('+') >= 0)) {
            return name;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            int high = i + 2 < name.length() && c == '%' ? Character.digit(name.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(name.charAt(i + 2), 16);
            if (low < 0) {
                plain.append(plus && c == '+' ? ' ' : c);
            } else {
                plain.append((char) (high << 4 | low));
                i += 2;
            }
        }
        return plain.toString();
    }

    /// What tells this form from others, unambiguously.
    void describe(List<@Nullable String> into) {
        into.add(kept.name());
        into.add(Boolean.toString(sorted));
        into.add(Integer.toString(names.size()));
        into.addAll(new TreeSet<>(names));
    }
}
