package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.settings.Nearest;
import java.net.IDN;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Finds what a person calls by its name or its id.
final class Names {
    private static final int ID_LENGTH = 32;
    private static final int PER_PAGE = 50;
    private static final int RECORDS_PER_PAGE = 1_000;

    /// How many labels of a host may stand before its zone's name.
    private static final int MOST_LABELS = 20;

    /// How many names are looked through for one that may have been meant.
    private static final int MOST_CANDIDATES = 1_000;

    /// How many of several with the same name are shown.
    private static final int MOST_SHOWN = 10;

    private final ApiClient client;
    private final Pages pages;

    Names(ApiClient client, Pages pages) {
        this.client = client;
        this.pages = pages;
    }

    /// A zone, of which nothing need be known but its id: a token may purge a zone that it may not read.
    ///
    /// @param shown its name, or its id where that is all a person gave
    record Zone(String id, String shown) {}

    Zone zone(String given) throws ClientFailure {
        if (isId(given)) {
            return new Zone(given, given);
        }
        JsonNode found = wholeZone(given);
        return new Zone(id(found), found.path("name").asString(given));
    }

    /// The zone that a host belongs to: of several the one with the longest name.
    Zone zoneOf(String host) throws ClientFailure {
        String name = hostName(host);
        for (int labels = 0; !name.isEmpty() && labels < MOST_LABELS; labels++) {
            List<JsonNode> found = named(all(ApiPath.of("zones").with("name", name), PER_PAGE), "/name", name);
            if (!found.isEmpty()) {
                return new Zone(id(only("zone", name, found, "/account/name")), name);
            }
            int dot = name.indexOf('.');
            name = dot < 0 ? "" : name.substring(dot + 1);
        }
        throw new ClientFailure(
                Exit.NOT_FOUND,
                "there is no zone of the host `" + host + "` that this token can find by its name",
                "name it with --zone");
    }

    /// The zone of that name or id with all that the API says of it.
    JsonNode wholeZone(String given) throws ClientFailure {
        if (isId(given)) {
            return client.result("GET", ApiPath.of("zones", given));
        }
        String name = hostName(given);
        // The API's filter knows operators such as `contains:`, so what it finds must still be what was named.
        List<JsonNode> found = named(all(ApiPath.of("zones").with("name", name), PER_PAGE), "/name", name);
        if (found.isEmpty()) {
            List<String> known = texts(all(ApiPath.of("zones"), PER_PAGE), "/name");
            if (known.isEmpty()) {
                throw new ClientFailure(
                        Exit.NOT_FOUND,
                        "there is no zone `" + given + "` that this token can find by its name",
                        "name it by its id, or use a token with Zone Read");
            }
            throw unknown("zone", given, known);
        }
        return only("zone", given, found, "/account/name");
    }

    /// The account of that name or id, whole.
    JsonNode account(String given) throws ClientFailure {
        if (isId(given)) {
            return client.result("GET", ApiPath.of("accounts", given));
        }
        List<JsonNode> accounts = all(ApiPath.of("accounts"), PER_PAGE);
        List<JsonNode> found = named(accounts, "/name", given);
        if (found.isEmpty()) {
            throw unknown("account", given, texts(accounts, "/name"));
        }
        return only("account", given, found, "/created_on");
    }

    String accountId(String given) throws ClientFailure {
        return isId(given) ? given : id(account(given));
    }

    /// The one account there is, where nobody named one.
    String onlyAccountId() throws ClientFailure {
        List<JsonNode> accounts = all(ApiPath.of("accounts"), PER_PAGE);
        if (accounts.size() == 1) {
            return id(accounts.getFirst());
        }
        if (accounts.isEmpty()) {
            throw new ClientFailure(Exit.NOT_FOUND, "this token sees no account; name one by its id with --account");
        }
        List<String> lines = new ArrayList<>();
        lines.add("there are several accounts; name one with --account:");
        accounts.stream()
                .limit(MOST_SHOWN)
                .forEach(account -> lines.add("  " + account.path("name").asString("")));
        throw new ClientFailure(Exit.USAGE, lines);
    }

    /// The record of that id, or the only one of that name.
    ///
    /// @param given an id, or a name: full, relative to the zone, or `@`
    /// @param type narrows the search; empty for any
    JsonNode record(Zone zone, String given, String type) throws ClientFailure {
        ApiPath records = ApiPath.of("zones", zone.id(), "dns_records");
        if (isId(given)) {
            return client.result("GET", records.then(given));
        }
        String domain = isId(zone.shown()) ? wholeZone(zone.id()).path("name").asString("") : zone.shown();
        String full = full(given, domain);
        ApiPath search = records.with("name.exact", full);
        List<JsonNode> found = named(
                all(type.isEmpty() ? search : search.with("type", type.toUpperCase(Locale.ROOT)), RECORDS_PER_PAGE),
                "/name",
                full);
        if (found.isEmpty()) {
            String what = type.isEmpty() ? "record" : type.toUpperCase(Locale.ROOT) + " record";
            throw unknown(what, full, texts(all(records, RECORDS_PER_PAGE), "/name"));
        }
        return only("record", full, found, "/type", "/content");
    }

    /// The token of that id or name, whole.
    JsonNode token(ApiPath tokens, String given) throws ClientFailure {
        if (isId(given)) {
            return client.result("GET", tokens.then(given));
        }
        List<JsonNode> all = all(tokens, PER_PAGE);
        List<JsonNode> found = named(all, "/name", given);
        if (found.isEmpty()) {
            throw unknown("token", given, texts(all, "/name"));
        }
        return only("token", given, found, "/issued_on");
    }

    /// The items of a list, up to as many as are looked through.
    List<JsonNode> all(ApiPath path, int perPage) throws ClientFailure {
        List<JsonNode> items = new ArrayList<>();
        pages.each(path, perPage, MOST_CANDIDATES, items::add);
        return items;
    }

    static String id(JsonNode item) throws ClientFailure {
        String id = item.path("id").asString("");
        if (id.isEmpty()) {
            throw new ClientFailure(Exit.PROTOCOL, "the API answered something without an id");
        }
        return id;
    }

    /// Says that there is no such thing, and what may have been meant.
    static ClientFailure unknown(String kind, String given, Collection<String> known) {
        Optional<String> nearest = Nearest.among(given, known);
        String text = "there is no " + kind + " `" + given + "`";
        return new ClientFailure(
                Exit.NOT_FOUND,
                text + nearest.map(near -> "; did you mean `" + near + "`?").orElse(""));
    }

    static boolean isId(String text) {
        return text.length() == ID_LENGTH
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /// The full name of a record: what does not end with the zone's name is below it, `@` is the zone itself.
    static String full(String given, String zone) {
        String name = given.startsWith("*.") ? "*." + hostName(given.substring(2)) : hostName(given);
        if (name.equals("@") || name.isEmpty()) {
            return zone;
        }
        return name.equals(zone) || name.endsWith("." + zone) ? name : name + "." + zone;
    }

    /// In lower-case punycode and without the root's dot, as the API has it.
    private static String hostName(String given) {
        String name = given.toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        try {
            return name.chars().allMatch(c -> c < 0x80) ? name : IDN.toASCII(name);
        } catch (IllegalArgumentException impossible) {
            return name;
        }
    }

    static List<String> texts(List<JsonNode> items, String pointer) {
        return items.stream()
                .map(item -> item.at(pointer).asString(""))
                .filter(text -> !text.isEmpty())
                .distinct()
                .toList();
    }

    private static List<JsonNode> named(List<JsonNode> items, String pointer, String name) {
        return items.stream()
                .filter(item -> item.at(pointer).asString("").equals(name))
                .toList();
    }

    private static JsonNode only(String kind, String given, List<JsonNode> found, String... shown)
            throws ClientFailure {
        if (found.size() == 1) {
            return found.getFirst();
        }
        List<String> lines = new ArrayList<>();
        lines.add("there are " + found.size() + " of the " + kind + " `" + given + "`; name one by its id:");
        for (JsonNode one : found.subList(0, Math.min(found.size(), MOST_SHOWN))) {
            StringBuilder line = new StringBuilder("  " + id(one));
            for (String pointer : shown) {
                line.append("  ").append(one.at(pointer).asString(""));
            }
            lines.add(line.toString());
        }
        throw new ClientFailure(Exit.USAGE, lines);
    }
}
