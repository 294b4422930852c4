package dev.selvage.edge.request;

import dev.selvage.rules.Facts;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import dev.selvage.rules.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is known of every GET for a URL, whoever asks.
final class UrlFacts implements Facts {
    private static final Set<RuleField> NAMES = Collections.unmodifiableSet(
            EnumSet.of(RuleField.HTTP_REQUEST_URI_ARGS_NAMES, RuleField.RAW_HTTP_REQUEST_URI_ARGS_NAMES));

    private static final Set<RuleField> ARGUMENTS = Collections.unmodifiableSet(EnumSet.of(
            RuleField.HTTP_REQUEST_URI_ARGS,
            RuleField.HTTP_REQUEST_URI_ARGS_NAMES,
            RuleField.HTTP_REQUEST_URI_ARGS_VALUES,
            RuleField.RAW_HTTP_REQUEST_URI_ARGS,
            RuleField.RAW_HTTP_REQUEST_URI_ARGS_NAMES,
            RuleField.RAW_HTTP_REQUEST_URI_ARGS_VALUES));

    private static final Set<RuleField> KNOWN = known();

    private final boolean secure;
    private final Map<RuleField, String> texts = new EnumMap<>(RuleField.class);
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    private static Set<RuleField> known() {
        Set<RuleField> known = EnumSet.of(RuleField.SSL);
        known.addAll(ARGUMENTS);
        known.addAll(new UrlFacts(false, "", "/").texts.keySet());
        // A purge may be given another spelling than the one that was asked for.
        known.removeIf(field -> field.spelled().startsWith("raw."));
        return Collections.unmodifiableSet(known);
    }

    /// @param host lower case, without port
    /// @param target path and query in their normal form
    UrlFacts(boolean secure, String host, String target) {
        this.secure = secure;
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        String basename = path.substring(path.lastIndexOf('/') + 1);
        String ending = StaticFiles.ending(path);
        String extension = ending == null || basename.lastIndexOf('.') == 0 ? "" : ending;
        String whole = (secure ? "https://" : "http://") + host + target;
        texts.put(RuleField.HTTP_HOST, host);
        texts.put(RuleField.HTTP_REQUEST_METHOD, "GET");
        texts.put(RuleField.HTTP_REQUEST_URI, target);
        texts.put(RuleField.RAW_HTTP_REQUEST_URI, target);
        texts.put(RuleField.HTTP_REQUEST_URI_PATH, path);
        texts.put(RuleField.RAW_HTTP_REQUEST_URI_PATH, path);
        texts.put(RuleField.HTTP_REQUEST_URI_PATH_BASENAME, basename);
        texts.put(RuleField.HTTP_REQUEST_URI_PATH_EXTENSION, extension);
        texts.put(RuleField.RAW_HTTP_REQUEST_URI_PATH_EXTENSION, extension);
        texts.put(RuleField.HTTP_REQUEST_URI_QUERY, query);
        texts.put(RuleField.RAW_HTTP_REQUEST_URI_QUERY, query);
        texts.put(RuleField.HTTP_REQUEST_FULL_URI, whole);
        texts.put(RuleField.RAW_HTTP_REQUEST_FULL_URI, whole);
        if (!query.isEmpty()) {
            for (String parameter : query.split("&", -1)) {
                int equals = parameter.indexOf('=');
                names.add(equals < 0 ? parameter : parameter.substring(0, equals));
                values.add(equals < 0 ? "" : parameter.substring(equals + 1));
            }
        }
    }

    /// True when these facts are all that a condition asks for, so that it is met by every GET for a URL or by none.
    static boolean decide(Set<RuleField> asked) {
        return KNOWN.containsAll(asked);
    }

    @Override
    public boolean read(RuleField field, Slice into) {
        if (field.type() != Type.STRING) {
            return false;
        }
        into.set(texts.getOrDefault(field, ""));
        return true;
    }

    @Override
    public long integer(RuleField field) {
        return 0;
    }

    @Override
    public boolean flag(RuleField field) {
        return field == RuleField.SSL && secure;
    }

    @Override
    public int count(RuleField field) {
        return ARGUMENTS.contains(field) ? names.size() : 0;
    }

    @Override
    public void value(RuleField field, int i, Slice into) {
        into.set((NAMES.contains(field) ? names : values).get(i));
    }

    @Override
    public void name(RuleField field, int i, Slice into) {
        into.set(names.get(i));
    }
}
