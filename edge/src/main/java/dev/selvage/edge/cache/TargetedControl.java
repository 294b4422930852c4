package dev.selvage.edge.cache;

import dev.selvage.edge.http.Headers;
import java.util.Map;
import org.greenbytes.http.sfv.BooleanItem;
import org.greenbytes.http.sfv.Dictionary;
import org.greenbytes.http.sfv.IntegerItem;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.ParseException;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.jspecify.annotations.Nullable;

/// The cache control that an origin aims at this cache (RFC 9213).
///
/// Such a field is a Structured Field dictionary. The first of the target list that is present and
/// valid takes the place of `Cache-Control` and `Expires`; one that is empty, does not parse, or gives
/// a known directive a value of the wrong type is as if it were not there (section 2.2). The fields are
/// passed on.
final class TargetedControl {
    /// RFC 9213 section 2.2's target list, the nearest target first.
    private static final String[] TARGETS = {"cloudflare-cdn-cache-control", "cdn-cache-control"};

    private TargetedControl() {}

    /// The directives of the field that applies; null when none does.
    static @Nullable CacheControl of(Headers headers) {
        for (String target : TARGETS) {
            String value = headers.joined(target);
            CacheControl control = value == null ? null : parse(value);
            if (control != null) {
                return control;
            }
        }
        return null;
    }

    /// Parses one field's value; null when it is to be ignored.
    static @Nullable CacheControl parse(String value) {
        Dictionary dictionary;
        try {
            dictionary = Parser.parseDictionary(value);
        } catch (ParseException _) {
            return null;
        }
        if (dictionary.get().isEmpty()) {
            return null;
        }
        CacheControl.Reading reading = new CacheControl.Reading();
        for (Map.Entry<String, ListElement<? extends Object>> member :
                dictionary.get().entrySet()) {
            String name = member.getKey();
            ListElement<?> element = member.getValue();
            switch (name) {
                case "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error" -> {
                    if (!(element instanceof IntegerItem seconds) || seconds.getAsLong() < 0) {
                        return null;
                    }
                    reading.directive(name, Long.toString(seconds.getAsLong()), false);
                }
                case "no-cache", "private" -> {
                    if (element instanceof StringItem fields) {
                        reading.directive(name, fields.get(), true);
                    } else if (!flag(reading, name, element)) {
                        return null;
                    }
                }
                case "no-store",
                        "public",
                        "must-revalidate",
                        "proxy-revalidate",
                        "must-understand",
                        "immutable",
                        "no-transform" -> {
                    if (!flag(reading, name, element)) {
                        return null;
                    }
                }
                default -> {
                    // RFC 9213 section 2.1: directives that are not known are ignored.
                }
            }
        }
        return reading.read();
    }

    /// Takes a directive that is there or not; false when its value is no boolean.
    private static boolean flag(CacheControl.Reading reading, String name, ListElement<?> element) {
        if (!(element instanceof BooleanItem item)) {
            return false;
        }
        if (item.get()) {
            reading.directive(name, null, false);
        }
        return true;
    }
}
