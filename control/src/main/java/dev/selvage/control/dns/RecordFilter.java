package dev.selvage.control.dns;

import dev.selvage.control.api.Query;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which records a list shows, in which order.
final class RecordFilter {
    private static final Map<String, Comparator<DnsRecord>> ORDERS = Map.of(
            "type", Comparator.comparing(record -> record.type().name()),
            "name", Comparator.comparing(DnsRecord::name),
            "content", Comparator.comparing(DnsRecord::content),
            "ttl", Comparator.comparingInt(DnsRecord::ttl),
            "proxied", Comparator.comparing(DnsRecord::proxied));

    private final Predicate<DnsRecord> wanted;
    private final Comparator<DnsRecord> order;

    RecordFilter(Call call) {
        List<Predicate<DnsRecord>> filters = new ArrayList<>();
        parameter(call, "type")
                .ifPresent(type -> filters.add(record -> record.type().name().equalsIgnoreCase(type)));
        String proxied = Query.choice(call, "proxied", "", Set.of("true", "false"));
        if (!proxied.isEmpty()) {
            filters.add(record -> record.proxied() == proxied.equals("true"));
        }
        texts(call, "name", DnsRecord::name, filters);
        texts(call, "content", DnsRecord::content, filters);
        texts(call, "comment", DnsRecord::comment, filters);
        if (call.query().containsKey("comment.present")) {
            filters.add(record -> record.comment() != null);
        }
        if (call.query().containsKey("comment.absent")) {
            filters.add(record -> record.comment() == null);
        }
        tags(call).ifPresent(filters::add);
        Predicate<DnsRecord> matched = join(filters, Query.matchAny(call));
        wanted = parameter(call, "search")
                .map(RecordFilter::search)
                .map(matched::and)
                .orElse(matched);
        Comparator<DnsRecord> by =
                Objects.requireNonNull(ORDERS.get(Query.choice(call, "order", "name", ORDERS.keySet())));
        Comparator<DnsRecord> then =
                by.thenComparing(record -> record.type().name()).thenComparing(DnsRecord::id);
        order = Query.descending(call) ? then.reversed() : then;
    }

    List<DnsRecord> of(List<DnsRecord> records) {
        return records.stream().filter(wanted).sorted(order).toList();
    }

    /// `field`, `field.exact`, `field.contains`, `field.startswith`, `field.endswith`; case does not count.
    private static void texts(
            Call call, String field, Function<DnsRecord, @Nullable String> value, List<Predicate<DnsRecord>> filters) {
        text(call, field, value, String::equals, filters);
        text(call, field + ".exact", value, String::equals, filters);
        text(call, field + ".contains", value, String::contains, filters);
        text(call, field + ".startswith", value, String::startsWith, filters);
        text(call, field + ".endswith", value, String::endsWith, filters);
    }

    private interface Test {
        boolean holds(String value, String wanted);
    }

    private static void text(
            Call call,
            String parameter,
            Function<DnsRecord, @Nullable String> value,
            Test test,
            List<Predicate<DnsRecord>> filters) {
        parameter(call, parameter)
                .map(text -> text.toLowerCase(Locale.ROOT))
                .ifPresent(text -> filters.add(record -> {
                    String own = value.apply(record);
                    return own != null && test.holds(own.toLowerCase(Locale.ROOT), text);
                }));
    }

    /// The conditions on tags, which `tag_match` joins by itself.
    private static Optional<Predicate<DnsRecord>> tags(Call call) {
        List<Predicate<DnsRecord>> filters = new ArrayList<>();
        tag(call, "tag", String::equals, filters);
        tag(call, "tag.exact", String::equals, filters);
        tag(call, "tag.contains", RecordFilter::inValue, filters);
        tag(call, "tag.startswith", String::startsWith, filters);
        tag(call, "tag.endswith", String::endsWith, filters);
        parameter(call, "tag.present")
                .map(name -> name.toLowerCase(Locale.ROOT))
                .ifPresent(name -> filters.add(record -> record.tags().stream().anyMatch(tag -> named(tag, name))));
        parameter(call, "tag.absent")
                .map(name -> name.toLowerCase(Locale.ROOT))
                .ifPresent(name -> filters.add(record -> record.tags().stream().noneMatch(tag -> named(tag, name))));
        boolean any =
                Query.choice(call, "tag_match", "all", Set.of("all", "any")).equals("any");
        return filters.isEmpty() ? Optional.empty() : Optional.of(join(filters, any));
    }

    private static void tag(Call call, String parameter, Test test, List<Predicate<DnsRecord>> filters) {
        parameter(call, parameter)
                .map(text -> text.toLowerCase(Locale.ROOT))
                .ifPresent(text ->
                        filters.add(record -> record.tags().stream().anyMatch(tag -> test.holds(tag, text))));
    }

    /// `name:part` is in `name:value` when `part` is in `value`.
    private static boolean inValue(String tag, String wanted) {
        int colon = wanted.indexOf(':');
        return colon < 0
                ? tag.contains(wanted)
                : named(tag, wanted.substring(0, colon)) && tag.indexOf(wanted.substring(colon + 1), colon) >= 0;
    }

    private static boolean named(String tag, String name) {
        return tag.equals(name) || tag.startsWith(name + ":");
    }

    private static Predicate<DnsRecord> search(String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return record -> record.name().contains(wanted)
                || record.type().name().toLowerCase(Locale.ROOT).equals(wanted)
                || record.content().toLowerCase(Locale.ROOT).contains(wanted)
                || (record.comment() != null
                        && record.comment().toLowerCase(Locale.ROOT).contains(wanted))
                || record.tags().stream().anyMatch(tag -> tag.contains(wanted));
    }

    private static Predicate<DnsRecord> join(List<Predicate<DnsRecord>> filters, boolean any) {
        if (filters.isEmpty()) {
            return _ -> true;
        }
        return any
                ? record -> filters.stream().anyMatch(filter -> filter.test(record))
                : record -> filters.stream().allMatch(filter -> filter.test(record));
    }

    private static Optional<String> parameter(Call call, String name) {
        return call.parameter(name).filter(text -> !text.isEmpty());
    }
}
