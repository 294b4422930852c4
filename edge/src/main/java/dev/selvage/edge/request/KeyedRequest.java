package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.KeyTemplate;
import dev.selvage.edge.http.Field;
import dev.selvage.edge.http.FieldNames;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.RequestParser;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An exchange as keys ask for it; one per loop, turned to the exchange at hand.
final class KeyedRequest implements KeyTemplate.Request {
    private @Nullable Exchange exchange;

    KeyedRequest of(Exchange x) {
        exchange = x;
        return this;
    }

    private Exchange at() {
        Exchange x = exchange;
        if (x == null) {
            throw new IllegalStateException("no exchange is at hand");
        }
        return x;
    }

    @Override
    public boolean secure() {
        return at().secure;
    }

    @Override
    public String authority() {
        return at().authority;
    }

    @Override
    public void appendTarget(CacheKey.Probe to) {
        Exchange x = at();
        if (x.materialized()) {
            to.append(x.target);
        } else {
            RequestParser head = x.visitor.head();
            to.append(head.bytes(), head.targetStart(), head.targetLength());
        }
    }

    @Override
    public String target() {
        Exchange x = at();
        return x.materialized() ? x.target : x.visitor.head().target();
    }

    @Override
    public boolean hasOrigin() {
        Exchange x = at();
        return x.materialized() ? x.received().has("origin") : x.visitor.head().has(Field.ORIGIN);
    }

    @Override
    public int fields() {
        Exchange x = at();
        return x.materialized() ? x.received().size() : x.visitor.head().count();
    }

    @Override
    public boolean named(int i, String name) {
        Exchange x = at();
        if (x.materialized()) {
            String found = x.received().name(i);
            return found.length() == name.length()
                    && FieldNames.unmasked(found).equals(name)
                    && (Headers.forEverybody(found)
                            || !x.received().members("connection").contains(found));
        }
        RequestParser head = x.visitor.head();
        int start = head.nameStart(i);
        if (head.nameLength(i) != name.length()) {
            return false;
        }
        for (int k = 0; k < name.length(); k++) {
            if (FieldNames.unmasked((char) head.bytes()[start + k]) != name.charAt(k)) {
                return false;
            }
        }
        return !head.has(Field.CONNECTION) || reaches(head, i);
    }

    /// True for a field that `Connection` does not keep from the origin.
    private static boolean reaches(RequestParser head, int i) {
        String name = new String(head.bytes(), head.nameStart(i), head.nameLength(i), StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT);
        return Headers.forEverybody(name) || !head.lists(Field.CONNECTION, name);
    }

    @Override
    public byte[] valueBytes(int i) {
        Exchange x = at();
        return x.materialized()
                ? x.received().value(i).getBytes(StandardCharsets.ISO_8859_1)
                : x.visitor.head().bytes();
    }

    @Override
    public int valueStart(int i) {
        Exchange x = at();
        return x.materialized() ? 0 : x.visitor.head().valueStart(i);
    }

    @Override
    public int valueLength(int i) {
        Exchange x = at();
        return x.materialized()
                ? x.received().value(i).length()
                : x.visitor.head().valueLength(i);
    }

    @Override
    public String device() {
        return at().device();
    }

    @Override
    public String country() {
        return at().country();
    }
}
