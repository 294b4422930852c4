package dev.selvage.control.pagerules;

import dev.selvage.model.rules.SetCache.Cookies;
import dev.selvage.model.rules.SetCache.HeaderFields;
import dev.selvage.model.rules.SetCache.KeyForm;
import dev.selvage.model.rules.SetCache.Query;
import dev.selvage.model.rules.SetCache.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a page rule says of the cache key, for the edges.
final class KeyFields {
    private static final String ALL = "*";

    private KeyFields() {}

    /// @param fields the value of `cache_key_fields`, missing when the rule has none
    static @Nullable KeyForm compiled(@Nullable Boolean byDeviceType, @Nullable Boolean armor, JsonNode fields) {
        if (byDeviceType == null && armor == null && !fields.isObject()) {
            return null;
        }
        JsonNode header = fields.path("header");
        JsonNode cookie = fields.path("cookie");
        JsonNode user = fields.path("user");
        return new KeyForm(
                byDeviceType,
                armor,
                null,
                query(fields.path("query_string")),
                header.isObject()
                        ? new HeaderFields(
                                lower(header.path("include")),
                                lower(header.path("check_presence")),
                                List.of(),
                                lower(header.path("exclude")).contains("origin"))
                        : null,
                cookie.isObject()
                        ? new Cookies(texts(cookie.path("include")), texts(cookie.path("check_presence")))
                        : null,
                flag(fields.path("host").path("resolved")),
                user.isObject()
                        ? new User(flag(user.path("device_type")), flag(user.path("geo")), flag(user.path("lang")))
                        : null);
    }

    /// An empty list is as none.
    private static @Nullable Query query(JsonNode query) {
        for (String field : List.of("include", "exclude")) {
            JsonNode names = query.path(field);
            boolean all = names.asString("").equals(ALL)
                    || (names.size() == 1 && names.get(0).asString("").equals(ALL));
            if (all || !names.isEmpty()) {
                return new Query(field.equals("include"), all, all ? List.of() : texts(names));
            }
        }
        return null;
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
        return texts;
    }

    private static @Nullable Boolean flag(JsonNode node) {
        return node.isBoolean() ? node.booleanValue() : null;
    }
}
