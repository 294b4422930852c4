package dev.selvage.control.dns;

import dev.selvage.control.api.Page;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.names.HostName;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which records a list shows, in which order. Everything a caller wrote goes into the query as an argument.
final class RecordFilter {
    private static final Map<String, String> ORDERS = Map.of(
            "type", "r.type",
            "name", "r.name",
            "content", "r.content",
            "ttl", "r.ttl",
            "proxied", "r.proxied");

    /// Most types in one list.
    private static final int MOST_TYPES = 50;

    /// Longer words are in no record.
    private static final int LONGEST_WORD = 40_000;

    private record Condition(String sql, List<Object> arguments) {
        Condition(String sql, Object... arguments) {
            this(sql, List.of(arguments));
        }
    }

    private final Condition where;
    private final String order;

    RecordFilter(Call call) {
        List<Condition> conditions = new ArrayList<>();
        types(call, conditions);
        String proxied = Query.choice(call, "proxied", "", Set.of("true", "false"));
        if (!proxied.isEmpty()) {
            conditions.add(new Condition("r.proxied = ?", proxied.equals("true")));
        }
        names(call, conditions);
        texts(call, "content", "r.content_key", conditions);
        texts(call, "comment", "r.comment_key", conditions);
        if (call.query().containsKey("comment.present")) {
            conditions.add(new Condition("r.comment_key is not null"));
        }
        if (call.query().containsKey("comment.absent")) {
            conditions.add(new Condition("r.comment_key is null"));
        }
        tags(call).ifPresent(conditions::add);
        Condition matched = join(conditions, Query.matchAny(call));
        where = word(call, "search")
                .map(text -> join(List.of(matched, search(text)), false))
                .orElse(matched);
        String direction = Query.descending(call) ? " desc" : " asc";
        order = " order by " + ORDERS.get(Query.choice(call, "order", "name", ORDERS.keySet())) + direction + ", r.type"
                + direction + ", r.id" + direction;
    }

    long count(Tx tx, Zone zone) {
        return tx.number(
                "select count(*) as n from dns_record r where r.zone_id = ? and " + where.sql(), arguments(zone));
    }

    List<DnsRecord> list(Tx tx, Zone zone, Page page) {
        return DnsRecord.list(
                tx,
                "where r.zone_id = ? and " + where.sql() + order + " limit ? offset ?",
                arguments(zone, page.size(), page.offset()));
    }

    private Object[] arguments(Zone zone, Object... more) {
        List<Object> all = new ArrayList<>();
        all.add(zone.id());
        all.addAll(where.arguments());
        Collections.addAll(all, more);
        return all.toArray();
    }

    /// Clients join the types with commas, or repeat the parameter.
    private static void types(Call call, List<Condition> conditions) {
        List<Object> types = new ArrayList<>();
        for (String value : call.query().getOrDefault("type", List.of())) {
            for (String type : value.split(",", MOST_TYPES)) {
                if (!type.isBlank() && types.size() < MOST_TYPES) {
                    types.add(type.strip().toUpperCase(Locale.ROOT));
                }
            }
        }
        if (!types.isEmpty()) {
            conditions.add(new Condition(
                    "r.type in (" + String.join(", ", Collections.nCopies(types.size(), "?")) + ")", types));
        }
    }

    /// Names are kept in punycode, and asked for in either form.
    private static void names(Call call, List<Condition> conditions) {
        for (String parameter : List.of("name", "name.exact")) {
            word(call, parameter)
                    .map(text -> HostName.orWildcard(text).orElse(text))
                    .ifPresent(name -> conditions.add(new Condition("r.name = ?", name)));
        }
        parts(call, "name", "r.name", conditions);
    }

    /// `field`, `field.exact`, `field.contains`, `field.startswith`, `field.endswith`; case does not count.
    private static void texts(Call call, String field, String column, List<Condition> conditions) {
        for (String parameter : List.of(field, field + ".exact")) {
            word(call, parameter).ifPresent(text -> conditions.add(new Condition(column + " = ?", text)));
        }
        parts(call, field, column, conditions);
    }

    private static void parts(Call call, String field, String column, List<Condition> conditions) {
        word(call, field + ".contains").ifPresent(text -> conditions.add(contains(column, text)));
        word(call, field + ".startswith").ifPresent(text -> conditions.add(starts(column, text)));
        word(call, field + ".endswith").ifPresent(text -> conditions.add(ends(column, text)));
    }

    private static Condition contains(String column, String text) {
        return new Condition("instr(" + column + ", ?) > 0", text);
    }

    /// A range, which an index finds.
    private static Condition starts(String column, String text) {
        return new Condition(
                "(" + column + " >= ? and " + column + " < ?)",
                text,
                text + Character.toString(Character.MAX_CODE_POINT));
    }

    private static Condition ends(String column, String text) {
        return new Condition(
                "(length(" + column + ") >= length(?) and substr(" + column + ", length(" + column
                        + ") - length(?) + 1) = ?)",
                text,
                text,
                text);
    }

    /// The conditions on tags, which `tag_match` joins by itself.
    private static Optional<Condition> tags(Call call) {
        List<Condition> conditions = new ArrayList<>();
        for (String parameter : List.of("tag", "tag.exact")) {
            word(call, parameter).ifPresent(text -> conditions.add(tagged(new Condition("t.key = ?", text))));
        }
        word(call, "tag.contains").ifPresent(text -> conditions.add(tagged(inValue(text))));
        word(call, "tag.startswith").ifPresent(text -> conditions.add(tagged(starts("t.key", text))));
        word(call, "tag.endswith").ifPresent(text -> conditions.add(tagged(endsInValue(text))));
        word(call, "tag.present").ifPresent(name -> conditions.add(tagged(named(name))));
        word(call, "tag.absent").ifPresent(name -> {
            Condition present = tagged(named(name));
            conditions.add(new Condition("not (" + present.sql() + ")", present.arguments()));
        });
        boolean any =
                Query.choice(call, "tag_match", "all", Set.of("all", "any")).equals("any");
        return conditions.isEmpty() ? Optional.empty() : Optional.of(join(conditions, any));
    }

    /// The zone is every query's first argument.
    private static Condition tagged(Condition tag) {
        return new Condition(
                "r.id in (select t.record_id from dns_record_tag t where t.zone_id = ?1 and " + tag.sql() + ")",
                tag.arguments());
    }

    /// `name:part` is in `name:value` when `part` is in `value`.
    private static Condition inValue(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? contains("t.key", text)
                : join(
                        List.of(
                                named(text.substring(0, colon)),
                                new Condition("instr(substr(t.key, ?), ?) > 0", colon + 2, text.substring(colon + 1))),
                        false);
    }

    /// `name:part` ends `name:value` when `part` ends `value`.
    private static Condition endsInValue(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? ends("t.key", text)
                : join(List.of(named(text.substring(0, colon)), ends("t.key", text.substring(colon + 1))), false);
    }

    private static Condition named(String name) {
        Condition starts = starts("t.key", name + ":");
        List<Object> arguments = new ArrayList<>();
        arguments.add(name);
        arguments.addAll(starts.arguments());
        return new Condition("(t.key = ? or " + starts.sql() + ")", arguments);
    }

    private static Condition search(String text) {
        return join(
                List.of(
                        contains("r.name", text),
                        new Condition("lower(r.type) = ?", text),
                        contains("r.content_key", text),
                        new Condition("(r.comment_key is not null and instr(r.comment_key, ?) > 0)", text),
                        tagged(contains("t.key", text))),
                true);
    }

    private static Condition join(List<Condition> conditions, boolean any) {
        if (conditions.isEmpty()) {
            return new Condition("true");
        }
        return new Condition(
                "("
                        + String.join(
                                any ? " or " : " and ",
                                conditions.stream().map(Condition::sql).toList()) + ")",
                conditions.stream().flatMap(it -> it.arguments().stream()).toList());
    }

    /// The value of a parameter, without case.
    private static Optional<String> word(Call call, String name) {
        Optional<String> word =
                call.parameter(name).filter(text -> !text.isEmpty()).map(DnsRecord::key);
        if (word.filter(text -> text.length() > LONGEST_WORD || text.indexOf(0) >= 0)
                .isPresent()) {
            throw new Refused(400, RecordForm.INVALID, "Invalid value for " + name);
        }
        return word;
    }
}
