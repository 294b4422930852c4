package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Problems;
import dev.selvage.model.rules.SetCache.Contains;
import dev.selvage.model.rules.SetCache.Cookies;
import dev.selvage.model.rules.SetCache.HeaderFields;
import dev.selvage.model.rules.SetCache.KeyForm;
import dev.selvage.model.rules.SetCache.Query;
import dev.selvage.model.rules.SetCache.User;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The part of the parameters of `set_cache_settings` that says what tells stored responses apart.
final class CacheKeyParameters {
    /// Most parameters of a query that are named.
    private static final int MOST_PARAMETERS = 100;

    /// Most header fields or cookies in a list.
    private static final int MOST_NAMES = 30;

    /// Most texts that tell the values of a field apart.
    private static final int MOST_TEXTS = 10;

    private static final int LONGEST = 256;

    /// Fields of which there are about as many values as visitors: only what they contain may count.
    private static final Set<String> VARIED = Set.of(
            "accept",
            "accept-charset",
            "accept-datetime",
            "accept-encoding",
            "accept-language",
            "referer",
            "user-agent");

    /// The most texts for those.
    private static final int MOST_TEXTS_OF_VARIED = 3;

    /// Fields that are about a connection or about caching itself, or that have a place of their own in the key.
    private static final Set<String> NEVER = Set.of(
            "cache-control",
            "connection",
            "content-length",
            "cookie",
            "host",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "range",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private CacheKeyParameters() {}

    /// Checks the value of `cache_key`, and writes what is in an older form in the form of today.
    static void check(Body key) {
        key.only(Set.of("cache_by_device_type", "cache_deception_armor", "ignore_query_strings_order", "custom_key"));
        notEmpty(key);
        key.flag("cache_by_device_type");
        key.flag("cache_deception_armor");
        key.flag("ignore_query_strings_order");
        Body custom = key.object("custom_key");
        if (custom == null) {
            return;
        }
        custom.only(Set.of("query_string", "header", "cookie", "host", "user"));
        notEmpty(custom);
        Body query = custom.object("query_string");
        if (query != null) {
            query(query);
        }
        Body header = custom.object("header");
        if (header != null) {
            header(header);
        }
        Body cookie = custom.object("cookie");
        if (cookie != null) {
            cookie.only(Set.of("include", "check_presence"));
            notEmpty(cookie);
            for (String field : List.of("include", "check_presence")) {
                names(cookie, field, FieldNames::wrong);
            }
        }
        Body host = custom.object("host");
        if (host != null) {
            host.only(Set.of("resolved"));
            if (host.require("resolved")) {
                host.flag("resolved");
            }
        }
        Body user = custom.object("user");
        if (user != null) {
            Set<String> parts = Set.of("device_type", "geo", "lang");
            user.only(parts);
            notEmpty(user);
            parts.forEach(user::flag);
        }
    }

    private static void notEmpty(Body body) {
        if (body.node().isEmpty()) {
            body.problems().add(body.pointer(), "expected at least one field");
        }
    }

    private static void query(Body query) {
        query.only(Set.of("include", "exclude"));
        if (query.has("include") == query.has("exclude")) {
            query.problems().add(query.pointer(), "expected either \"include\" or \"exclude\"");
        }
        for (String field : List.of("include", "exclude")) {
            if (query.node().get(field) instanceof ArrayNode old) {
                query.node().set(field, Envelope.object().set("list", old));
            }
            Body parameters = query.object(field);
            if (parameters != null) {
                parameters(parameters);
            }
        }
    }

    private static void parameters(Body parameters) {
        parameters.only(Set.of("all", "list"));
        Problems problems = parameters.problems();
        ObjectNode node = parameters.node();
        if (node.path("list").size() == 1 && node.at("/list/0").asString("").equals("*")) {
            node.remove("list");
            node.put("all", true);
        }
        if (parameters.has("all") == parameters.has("list")) {
            problems.add(parameters.pointer(), "expected either \"all\" or \"list\"");
        }
        if (Boolean.FALSE.equals(parameters.flag("all"))) {
            problems.add(parameters.pointer("all"), "\"all\" must be true; give the parameters in \"list\" otherwise");
        }
        List<String> names = parameters.texts("list", MOST_PARAMETERS, LONGEST);
        if (names.contains("*")) {
            problems.add(parameters.pointer("list"), "an asterisk stands for all parameters, and alone");
        }
        if (parameters.has("list")
                && node.path("list").isArray()
                && node.path("list").isEmpty()) {
            problems.add(parameters.pointer("list"), "\"list\" must not be empty");
        }
        if (names.contains("")) {
            problems.add(parameters.pointer("list"), "a parameter must have a name");
        }
    }

    private static void header(Body header) {
        header.only(Set.of("include", "check_presence", "contains", "exclude_origin"));
        notEmpty(header);
        header.flag("exclude_origin");
        names(header, "include", CacheKeyParameters::wrongField);
        names(header, "check_presence", CacheKeyParameters::wrongField);
        Body contains = header.object("contains");
        if (contains == null) {
            return;
        }
        if (contains.node().isEmpty() || contains.node().size() > MOST_NAMES) {
            contains.problems().add(contains.pointer(), "\"contains\" must have 1 to " + MOST_NAMES + " header fields");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (String name : contains.node().propertyNames()) {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean varied = VARIED.contains(lower);
            if (!seen.add(lower)) {
                contains.problems().add(contains.pointer(name), "\"" + name + "\" is there twice");
            }
            if (!varied) {
                wrongField(name).ifPresent(reason -> contains.problems().add(contains.pointer(name), reason));
            }
            int most = varied ? MOST_TEXTS_OF_VARIED : MOST_TEXTS;
            List<String> texts = contains.texts(name, most, LONGEST);
            if (contains.node().path(name).isEmpty() || texts.contains("")) {
                contains.problems().add(contains.pointer(name), "expected 1 to " + most + " texts that are not empty");
            }
        }
    }

    private static Optional<String> wrongField(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (VARIED.contains(lower)) {
            return Optional.of("\"" + name + "\" has too many values for a key; use \"contains\" with 1 to "
                    + MOST_TEXTS_OF_VARIED + " texts");
        }
        return NEVER.contains(lower) || lower.startsWith("cf-")
                ? Optional.of("\"" + name + "\" must not be part of the key"
                        + (lower.equals("cookie") ? "; name the cookies in \"cookie\"" : ""))
                : FieldNames.wrong(name);
    }

    private interface Wrong {
        Optional<String> of(String name);
    }

    private static void names(Body body, String field, Wrong wrong) {
        List<String> names = body.texts(field, MOST_NAMES, LONGEST);
        for (int i = 0; i < names.size(); i++) {
            String at = body.pointer(field) + "/" + i;
            wrong.of(names.get(i)).ifPresent(reason -> body.problems().add(at, reason));
        }
    }

    /// What tells stored responses apart; `key` passed [#check].
    static KeyForm compile(JsonNode key) {
        JsonNode custom = key.path("custom_key");
        JsonNode header = custom.path("header");
        JsonNode cookie = custom.path("cookie");
        JsonNode user = custom.path("user");
        return new KeyForm(
                CacheParameters.flag(key.path("cache_by_device_type")),
                CacheParameters.flag(key.path("cache_deception_armor")),
                CacheParameters.flag(key.path("ignore_query_strings_order")),
                query(custom.path("query_string")),
                header.isObject()
                        ? new HeaderFields(
                                lower(header.path("include")),
                                lower(header.path("check_presence")),
                                contains(header.path("contains")),
                                header.path("exclude_origin").asBoolean(false))
                        : null,
                cookie.isObject()
                        ? new Cookies(texts(cookie.path("include")), texts(cookie.path("check_presence")))
                        : null,
                CacheParameters.flag(custom.path("host").path("resolved")),
                user.isObject()
                        ? new User(
                                CacheParameters.flag(user.path("device_type")),
                                CacheParameters.flag(user.path("geo")),
                                CacheParameters.flag(user.path("lang")))
                        : null);
    }

    private static @Nullable Query query(JsonNode query) {
        if (!query.isObject()) {
            return null;
        }
        boolean included = query.has("include");
        JsonNode parameters = query.path(included ? "include" : "exclude");
        return new Query(included, parameters.path("all").asBoolean(false), texts(parameters.path("list")));
    }

    private static List<Contains> contains(JsonNode contains) {
        List<Contains> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : contains.properties()) {
            all.add(new Contains(each.getKey().toLowerCase(Locale.ROOT), texts(each.getValue())));
        }
        return all;
    }

    private static List<String> lower(JsonNode names) {
        return texts(names).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.stringValue()));
        return texts.stream().distinct().toList();
    }
}
