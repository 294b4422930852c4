package dev.selvage.edge.cache;

import dev.selvage.edge.http.FieldNames;
import dev.selvage.model.rules.SetCache;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What of a request is part of its cache key.
///
/// The ordinary key is scheme, host, path, query, and the field `Origin` where there is one. One that an owner
/// composes begins with the same primary part, of the query that he chooses; then follow a digest of the
/// template and its values in a fixed order, each of which ends by itself. So keys of two templates, or of two
/// values, never have the same bytes.
public final class KeyTemplate {
    /// The key where no owner says anything.
    public static final KeyTemplate ORDINARY = new KeyTemplate(new Making().form());

    private static final byte BY_ORIGIN = 0;
    private static final byte BY_TEMPLATE = 1;
    private static final byte NO_MORE = 0;
    private static final byte ONE_MORE = 1;

    private final Form form;

    /// What tells this template from others; null for the ordinary key.
    private final byte @Nullable [] digest;

    private final boolean wholeQuery;

    /// What a key is made of.
    ///
    /// @param resolvedHost the origin's name in place of the visitor's; null to leave that
    /// @param route what tells the origins apart that rules choose from; null where the URL alone decides
    private record Form(
            QueryForm query,
            @Nullable String resolvedHost,
            @Nullable String route,
            boolean originField,
            List<String> included,
            List<String> present,
            List<SetCache.Contains> containing,
            List<String> cookies,
            List<String> cookiesPresent,
            boolean device,
            boolean country,
            boolean language) {}

    /// The request, as far as keys ask for it; implementations are reused.
    public interface Request {
        boolean secure();

        /// The host with the port that the key knows.
        String authority();

        /// Appends path and query in their normal form.
        void appendTarget(CacheKey.Probe to);

        /// Path and query in their normal form.
        String target();

        /// True when there is a field `Origin`.
        boolean hasOrigin();

        /// How many header fields there are.
        int fields();

        /// True when the i-th field is of that name to some origin, and reaches origins.
        ///
        /// @param name in the form of [FieldNames#unmasked]
        boolean named(int i, String name);

        /// Has the i-th field's value from [#valueStart].
        byte[] valueBytes(int i);

        int valueStart(int i);

        int valueLength(int i);

        /// `desktop`, `mobile` or `tablet`.
        String device();

        /// The visitor's country, two letters.
        String country();
    }

    /// Puts a template together.
    public static final class Making {
        private QueryForm query = QueryForm.WHOLE;
        private QueryForm ordinary = QueryForm.WHOLE;
        private @Nullable String resolvedHost;
        private @Nullable String route;
        private SetCache.@Nullable KeyForm said;

        /// The query as rules and page rules have it.
        ///
        /// @param ordinary as the zone's settings have it, which makes no template of its own
        public Making query(QueryForm query, QueryForm ordinary) {
            this.query = query;
            this.ordinary = ordinary;
            return this;
        }

        /// The origin's name in place of the visitor's.
        public Making resolvedHost(@Nullable String host) {
            this.resolvedHost = host;
            return this;
        }

        /// What tells the origins apart that rules choose from.
        public Making route(@Nullable String route) {
            this.route = route;
            return this;
        }

        /// What owners say.
        public Making said(SetCache.@Nullable KeyForm said) {
            this.said = said;
            return this;
        }

        public KeyTemplate make() {
            Form form = form();
            Form plain = new Making().query(query, query).form();
            return query.equals(ordinary) && form.equals(plain)
                    ? query.equals(QueryForm.WHOLE) ? ORDINARY : new KeyTemplate(form)
                    : new KeyTemplate(form, digest(form));
        }

        private Form form() {
            SetCache.HeaderFields header = said == null ? null : said.header();
            SetCache.Cookies cookie = said == null ? null : said.cookie();
            SetCache.User user = said == null ? null : said.user();
            return new Form(
                    query,
                    resolvedHost,
                    route,
                    header == null || !header.excludeOrigin(),
                    header == null ? List.of() : unmasked(header.included()),
                    header == null ? List.of() : unmasked(header.checkedPresence()),
                    header == null ? List.of() : ordered(header.contains()),
                    cookie == null ? List.of() : List.copyOf(new TreeSet<>(bytes(cookie.included()))),
                    cookie == null ? List.of() : List.copyOf(new TreeSet<>(bytes(cookie.checkedPresence()))),
                    said != null
                            && (Boolean.TRUE.equals(said.byDeviceType())
                                    || (user != null && Boolean.TRUE.equals(user.deviceType()))),
                    user != null && Boolean.TRUE.equals(user.geo()),
                    user != null && Boolean.TRUE.equals(user.lang()));
        }

        private static List<String> unmasked(Collection<String> names) {
            TreeSet<String> plain = new TreeSet<>();
            names.forEach(name -> plain.add(FieldNames.unmasked(name)));
            return List.copyOf(plain);
        }

        private static List<SetCache.Contains> ordered(List<SetCache.Contains> fields) {
            TreeMap<String, TreeSet<String>> texts = new TreeMap<>();
            for (SetCache.Contains field : fields) {
                texts.computeIfAbsent(FieldNames.unmasked(field.name()), _ -> new TreeSet<>())
                        .addAll(bytes(field.texts()));
            }
            List<SetCache.Contains> ordered = new ArrayList<>();
            texts.forEach((name, some) -> ordered.add(new SetCache.Contains(name, List.copyOf(some))));
            return List.copyOf(ordered);
        }

        /// Texts as they stand in a head, each character a byte.
        private static List<String> bytes(Collection<String> texts) {
            return texts.stream()
                    .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                    .toList();
        }
    }

    private KeyTemplate(Form form) {
        this(form, null);
    }

    private KeyTemplate(Form form, byte @Nullable [] digest) {
        this.form = form;
        this.digest = digest;
        this.wholeQuery = form.query.equals(QueryForm.WHOLE);
    }

    private static byte[] digest(Form form) {
        List<@Nullable String> words = new ArrayList<>();
        form.query.describe(words);
        words.add(form.resolvedHost);
        words.add(Boolean.toString(form.originField));
        add(words, form.included);
        add(words, form.present);
        words.add(Integer.toString(form.containing.size()));
        for (SetCache.Contains field : form.containing) {
            words.add(field.name());
            add(words, field.texts());
        }
        add(words, form.cookies);
        add(words, form.cookiesPresent);
        words.add(Boolean.toString(form.device));
        words.add(Boolean.toString(form.country));
        words.add(Boolean.toString(form.language));
        words.add(form.route);
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String word : words) {
                byte[] bytes = word == null ? new byte[0] : word.getBytes(StandardCharsets.UTF_8);
                sha.update(((word == null ? "-" : bytes.length) + ":").getBytes(StandardCharsets.US_ASCII));
                sha.update(bytes);
            }
            return sha.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static void add(List<@Nullable String> words, List<String> more) {
        words.add(Integer.toString(more.size()));
        words.addAll(more);
    }

    /// What the query means.
    public QueryForm query() {
        return form.query;
    }

    /// True when it tells phones, tablets and others apart, so that the origin is to be told which it is.
    public boolean byDevice() {
        return form.device;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyTemplate template
                && template.form.equals(form)
                && (template.digest == null) == (digest == null);
    }

    @Override
    public int hashCode() {
        return form.hashCode();
    }

    /// Writes the key of a request; allocates nothing for the ordinary one.
    public CacheKey.Probe write(CacheKey.Probe to, String zone, Request request) {
        String host = form.resolvedHost;
        to.begin(zone, request.secure(), host != null);
        to.append(host == null ? request.authority() : host);
        to.append((byte) '\n');
        if (wholeQuery) {
            request.appendTarget(to);
        } else {
            to.append(form.query.of(request.target()));
        }
        byte[] template = digest;
        if (template == null) {
            if (form.originField && request.hasOrigin()) {
                to.endPrimary();
                to.append(BY_ORIGIN);
                values(to, request, "origin");
            }
            return to.finish();
        }
        to.endPrimary();
        to.append(BY_TEMPLATE);
        to.append(template, 0, template.length);
        if (form.originField) {
            values(to, request, "origin");
        }
        for (String name : form.included) {
            values(to, request, name);
        }
        for (String name : form.present) {
            to.append(present(request, name) ? ONE_MORE : NO_MORE);
        }
        for (SetCache.Contains field : form.containing) {
            for (String text : field.texts()) {
                to.append(contains(request, field.name(), text) ? ONE_MORE : NO_MORE);
            }
        }
        for (String name : form.cookies) {
            for (String value : cookies(request, name)) {
                to.append(ONE_MORE);
                to.appendMeasured(value);
            }
            to.append(NO_MORE);
        }
        for (String name : form.cookiesPresent) {
            to.append(cookies(request, name).isEmpty() ? NO_MORE : ONE_MORE);
        }
        if (form.device) {
            to.appendMeasured(request.device());
        }
        if (form.country) {
            to.appendMeasured(request.country());
        }
        if (form.language) {
            to.appendMeasured(language(request));
        }
        return to.finish();
    }

    /// The parts of a request's key, by name.
    public List<KeyPart> explain(Request request) {
        List<KeyPart> parts = new ArrayList<>();
        parts.add(new KeyPart("scheme", request.secure() ? "https" : "http"));
        if (form.resolvedHost == null) {
            parts.add(new KeyPart("host", request.authority()));
        } else {
            parts.add(new KeyPart("resolved host", form.resolvedHost));
        }
        String target = form.query.of(request.target());
        int question = target.indexOf('?');
        parts.add(new KeyPart("path", question < 0 ? target : target.substring(0, question)));
        parts.add(new KeyPart("query", question < 0 ? null : target.substring(question + 1)));
        if (form.originField) {
            parts.add(new KeyPart("header origin", joined(request, "origin")));
        }
        for (String name : form.included) {
            parts.add(new KeyPart("header " + name, joined(request, name)));
        }
        for (String name : form.present) {
            parts.add(new KeyPart("presence of header " + name, Boolean.toString(present(request, name))));
        }
        for (SetCache.Contains field : form.containing) {
            for (String text : field.texts()) {
                parts.add(new KeyPart(
                        "header " + field.name() + " contains \"" + text + '"',
                        Boolean.toString(contains(request, field.name(), text))));
            }
        }
        for (String name : form.cookies) {
            List<String> values = cookies(request, name);
            parts.add(new KeyPart("cookie " + name, values.isEmpty() ? null : name + String.join("; " + name, values)));
        }
        for (String name : form.cookiesPresent) {
            parts.add(new KeyPart(
                    "presence of cookie " + name,
                    Boolean.toString(!cookies(request, name).isEmpty())));
        }
        if (form.device) {
            parts.add(new KeyPart("device type", request.device()));
        }
        if (form.country) {
            parts.add(new KeyPart("country", request.country()));
        }
        if (form.language) {
            parts.add(new KeyPart("language", language(request)));
        }
        if (form.route != null) {
            parts.add(new KeyPart("origin", form.route));
        }
        return parts;
    }

    // ---- header fields

    /// The values of a field, line by line: look-alikes of its name are the same to some origins.
    private static void values(CacheKey.Probe to, Request request, String name) {
        for (int i = 0; i < request.fields(); i++) {
            if (request.named(i, name)) {
                to.append(ONE_MORE);
                to.appendMeasured(request.valueBytes(i), request.valueStart(i), request.valueLength(i));
            }
        }
        to.append(NO_MORE);
    }

    private static List<String> lines(Request request, String name) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < request.fields(); i++) {
            if (request.named(i, name)) {
                lines.add(new String(
                        request.valueBytes(i),
                        request.valueStart(i),
                        request.valueLength(i),
                        StandardCharsets.ISO_8859_1));
            }
        }
        return lines;
    }

    private static @Nullable String joined(Request request, String name) {
        List<String> lines = lines(request, name);
        return lines.isEmpty() ? null : String.join(", ", lines);
    }

    private static boolean present(Request request, String name) {
        for (int i = 0; i < request.fields(); i++) {
            if (request.named(i, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(Request request, String name, String text) {
        for (String line : lines(request, name)) {
            if (line.contains(text)) {
                return true;
            }
        }
        return false;
    }

    /// The first language of `Accept-Language`; empty when there is none.
    private static String language(Request request) {
        for (String line : lines(request, "accept-language")) {
            for (String member : line.split(",", -1)) {
                int end = member.indexOf(';');
                String language =
                        (end < 0 ? member : member.substring(0, end)).strip().toLowerCase(Locale.ROOT);
                if (!language.isEmpty()) {
                    return language;
                }
            }
        }
        return "";
    }

    // ---- cookies

    /// What some origin could read as the value of a cookie of that name, in order: what follows its name up to
    /// the next semicolon. A comma begins a cookie to some, and is a part of the value to others.
    private static List<String> cookies(Request request, String name) {
        List<String> values = new ArrayList<>();
        for (String line : lines(request, "cookie")) {
            int start = 0;
            for (int i = 0; i <= line.length(); i++) {
                if (i == line.length() || line.charAt(i) == ';' || line.charAt(i) == ',') {
                    cookie(line, start, i, name, values);
                    start = i + 1;
                }
            }
        }
        return values;
    }

    private static void cookie(String line, int start, int end, String name, List<String> values) {
        int equals = line.indexOf('=', start);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        String found = line.substring(start, nameEnd).strip();
        if (found.equals(name)
                || (found.indexOf('%') >= 0 && QueryForm.decoded(found).equals(name))) {
            int semicolon = line.indexOf(';', nameEnd);
            values.add(line.substring(nameEnd, semicolon < 0 ? line.length() : semicolon));
        }
    }
}
