package dev.selvage.edge.request;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.geo.Regions;
import dev.selvage.edge.http.Field;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.NormalTarget;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.rules.Facts;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import org.jspecify.annotations.Nullable;

/// What rules can ask of the exchange at hand; one per loop.
///
/// It reads the parsed head where the exchange is still in it, and finds out what it is asked for when it is
/// first asked. A string that nothing is known of is empty, so that `http.user_agent eq ""` is what it says;
/// an element of a map that is not there is absent.
final class RequestFacts implements Facts {
    /// Languages that are told apart; a visitor's first ones count.
    private static final int MAX_LANGUAGES = 64;

    private static final byte[] NOTHING = new byte[0];
    private static final int FIELDS = RuleField.values().length;

    private final Scratch scratch = new Scratch();
    private final Slice[] known = new Slice[FIELDS];
    private final int[] knownIn = new int[FIELDS];
    private final Slice scrap = new Slice();

    /// Grows with each request; what was found out in another one is not known in this.
    private int turn;

    private @Nullable Exchange exchange;
    private final Slice target = new Slice();
    private final Slice raw = new Slice();
    private int targetIn;
    private int rawIn;

    private final Pairs headers = new Pairs();
    private final Pairs cookies = new Pairs();
    private final Pairs arguments = new Pairs();
    private final Pairs rawArguments = new Pairs();
    private final Pairs languages = new Pairs();
    private final int[] weights = new int[MAX_LANGUAGES + 1];
    private final Pairs responseHeaders = new Pairs();
    private int headersIn;
    private int cookiesIn;
    private int argumentsIn;
    private int rawArgumentsIn;
    private int languagesIn;
    private int responseHeadersIn;

    RequestFacts() {
        for (int i = 0; i < FIELDS; i++) {
            known[i] = new Slice();
        }
    }

    /// Turns to an exchange that has a zone, or to what has changed of it. What was read before is no longer valid.
    void turnTo(Exchange x) {
        exchange = x;
        turn++;
        scratch.clear();
    }

    private Exchange at() {
        Exchange x = exchange;
        if (x == null) {
            throw new IllegalStateException("no request is at hand");
        }
        return x;
    }

    // ---- strings and addresses

    @Override
    public boolean read(RuleField field, Slice into) {
        int i = field.ordinal();
        Slice found = known[i];
        if (knownIn[i] != turn) {
            found.set(NOTHING, 0, 0);
            find(field, found);
            knownIn[i] = turn;
        }
        boolean absent = found.length == 0 && !string(field);
        if (!absent) {
            into.set(found.bytes, found.start, found.length);
        }
        return !absent;
    }

    private static boolean string(RuleField field) {
        return switch (field.type()) {
            case STRING -> true;
            case BOOLEAN, INTEGER, IP, BOOLEANS, INTEGERS, STRINGS, MAP -> false;
        };
    }

    private void find(RuleField field, Slice into) {
        Exchange x = at();
        switch (field) {
            case HTTP_HOST -> text(x.host, into);
            case HTTP_REQUEST_URI -> copy(target(), into);
            case HTTP_REQUEST_URI_PATH -> path(target(), into);
            case HTTP_REQUEST_URI_PATH_EXTENSION -> extension(target(), into);
            case HTTP_REQUEST_URI_PATH_BASENAME -> basename(target(), into);
            case HTTP_REQUEST_URI_QUERY -> query(target(), into);
            case HTTP_REQUEST_FULL_URI -> whole(target(), into);
            case RAW_HTTP_REQUEST_URI -> copy(raw(), into);
            case RAW_HTTP_REQUEST_URI_PATH -> path(raw(), into);
            case RAW_HTTP_REQUEST_URI_PATH_EXTENSION -> extension(raw(), into);
            case RAW_HTTP_REQUEST_URI_QUERY -> query(raw(), into);
            case RAW_HTTP_REQUEST_FULL_URI -> whole(raw(), into);
            case HTTP_REQUEST_METHOD -> text(x.method, into);
            case HTTP_REQUEST_VERSION -> text(x.http10 ? "HTTP/1.0" : "HTTP/1.1", into);
            case HTTP_COOKIE -> header(Field.COOKIE, "cookie", "; ", into);
            case HTTP_REFERER -> header(Field.REFERER, "referer", ", ", into);
            case HTTP_USER_AGENT -> header(Field.USER_AGENT, "user-agent", ", ", into);
            case HTTP_X_FORWARDED_FOR -> header(Field.X_FORWARDED_FOR, "x-forwarded-for", ", ", into);
            case IP_SRC -> into.set(x.address, 0, x.address.length);
            case IP_SRC_COUNTRY -> text(x.country(), into);
            case IP_SRC_CONTINENT -> text(Regions.continent(x.country()), into);
            case CF_ZONE_NAME -> text(zoneName(x), into);
            case CF_ZONE_PLAN -> text("ENT", into);
            case CF_RAY_ID -> ray(x.rayId, into);
            case CF_EDGE_SERVER_IP -> {
                byte[] address = x.visitor.serverAddress();
                into.set(address, 0, address.length);
            }
            case CF_RANDOM_SEED -> seed(x, into);
            case CF_TLS_VERSION -> text(x.visitor.tlsVersion(), into);
            case HTTP_RESPONSE_CONTENT_TYPE_MEDIA_TYPE -> mediaType(into);
            case CF_RESPONSE_ERROR_TYPE -> text(x.response.errorType, into);
            // Nothing is known of these here, or they are no strings.
            case HTTP_REQUEST_URI_ARGS,
                    HTTP_REQUEST_URI_ARGS_NAMES,
                    HTTP_REQUEST_URI_ARGS_VALUES,
                    HTTP_REQUEST_COOKIES,
                    HTTP_REQUEST_HEADERS,
                    HTTP_REQUEST_HEADERS_NAMES,
                    HTTP_REQUEST_HEADERS_VALUES,
                    HTTP_REQUEST_HEADERS_TRUNCATED,
                    HTTP_REQUEST_ACCEPTED_LANGUAGES,
                    HTTP_REQUEST_TIMESTAMP_SEC,
                    HTTP_REQUEST_TIMESTAMP_MSEC,
                    SSL,
                    IP_SRC_ASNUM,
                    IP_SRC_REGION,
                    IP_SRC_REGION_CODE,
                    IP_SRC_CITY,
                    IP_SRC_POSTAL_CODE,
                    IP_SRC_METRO_CODE,
                    IP_SRC_LAT,
                    IP_SRC_LON,
                    IP_SRC_SUBDIVISION_1_ISO_CODE,
                    IP_SRC_SUBDIVISION_2_ISO_CODE,
                    IP_SRC_IS_IN_EUROPEAN_UNION,
                    IP_SRC_TIMEZONE_NAME,
                    CF_EDGE_SERVER_PORT,
                    CF_EDGE_CLIENT_TCP,
                    CF_TLS_CIPHER,
                    CF_TLS_CLIENT_AUTH_CERT_PRESENTED,
                    CF_TLS_CLIENT_AUTH_CERT_VERIFIED,
                    CF_TLS_CLIENT_AUTH_CERT_REVOKED,
                    CF_TLS_CLIENT_AUTH_CERT_FINGERPRINT_SHA256,
                    CF_TLS_CLIENT_AUTH_CERT_FINGERPRINT_SHA1,
                    CF_TLS_CLIENT_AUTH_CERT_SERIAL,
                    CF_TLS_CLIENT_AUTH_CERT_ISSUER_SERIAL,
                    CF_TLS_CLIENT_AUTH_CERT_SKI,
                    CF_TLS_CLIENT_AUTH_CERT_ISSUER_SKI,
                    CF_TLS_CLIENT_AUTH_CERT_SUBJECT_DN,
                    CF_TLS_CLIENT_AUTH_CERT_ISSUER_DN,
                    CF_TLS_CLIENT_AUTH_CERT_SUBJECT_DN_RFC2253,
                    CF_TLS_CLIENT_AUTH_CERT_ISSUER_DN_RFC2253,
                    CF_TLS_CLIENT_AUTH_CERT_SUBJECT_DN_LEGACY,
                    CF_TLS_CLIENT_AUTH_CERT_ISSUER_DN_LEGACY,
                    CF_TLS_CLIENT_AUTH_CERT_NOT_BEFORE,
                    CF_TLS_CLIENT_AUTH_CERT_NOT_AFTER,
                    CF_TLS_CLIENT_AUTH_CERT_RFC9440,
                    CF_TLS_CLIENT_AUTH_CERT_CHAIN_RFC9440,
                    CF_TLS_CLIENT_AUTH_CERT_RFC9440_TOO_LARGE,
                    CF_TLS_CLIENT_AUTH_CERT_CHAIN_RFC9440_TOO_LARGE,
                    CF_TLS_CLIENT_HELLO_LENGTH,
                    CF_TLS_CLIENT_RANDOM,
                    CF_TLS_CIPHERS_SHA1,
                    CF_TLS_CLIENT_EXTENSIONS_SHA1,
                    CF_TLS_CLIENT_EXTENSIONS_SHA1_LE,
                    CF_TIMINGS_CLIENT_TCP_RTT_MSEC,
                    CF_TIMINGS_CLIENT_QUIC_RTT_MSEC,
                    CF_TIMINGS_EDGE_MSEC,
                    CF_TIMINGS_ORIGIN_TTFB_MSEC,
                    CF_TIMINGS_WORKER_MSEC,
                    CF_CLIENT_BOT,
                    CF_BOT_MANAGEMENT_SCORE,
                    CF_BOT_MANAGEMENT_VERIFIED_BOT,
                    CF_BOT_MANAGEMENT_STATIC_RESOURCE,
                    CF_BOT_MANAGEMENT_CORPORATE_PROXY,
                    CF_BOT_MANAGEMENT_JA3_HASH,
                    CF_BOT_MANAGEMENT_JA4,
                    CF_BOT_MANAGEMENT_JS_DETECTION_PASSED,
                    CF_THREAT_SCORE,
                    CF_WAF_SCORE,
                    CF_WAF_SCORE_SQLI,
                    CF_WAF_SCORE_XSS,
                    CF_WAF_SCORE_RCE,
                    CF_WAF_SCORE_CLASS,
                    CF_WORKER_UPSTREAM_ZONE,
                    CF_HOSTNAME_METADATA,
                    CF_VERIFIED_BOT_CATEGORY,
                    RAW_HTTP_REQUEST_URI_ARGS,
                    RAW_HTTP_REQUEST_URI_ARGS_NAMES,
                    RAW_HTTP_REQUEST_URI_ARGS_VALUES,
                    HTTP_RESPONSE_CODE,
                    HTTP_RESPONSE_HEADERS,
                    HTTP_RESPONSE_HEADERS_NAMES,
                    HTTP_RESPONSE_HEADERS_VALUES -> {
                // Nothing.
            }
        }
    }

    private static String zoneName(Exchange x) {
        HostBinding binding = x.binding;
        return binding == null ? "" : binding.zone().name();
    }

    private static void copy(Slice from, Slice into) {
        into.set(from.bytes, from.start, from.length);
    }

    private void text(String text, Slice into) {
        scratch.room(text.length());
        int start = scratch.place();
        scratch.put(text);
        into.set(scratch.bytes(), start, text.length());
    }

    private void ray(long ray, Slice into) {
        scratch.room(16);
        int start = scratch.place();
        for (int shift = 60; shift >= 0; shift -= 4) {
            scratch.put("0123456789abcdef".charAt((int) (ray >>> shift) & 15));
        }
        into.set(scratch.bytes(), start, 16);
    }

    private void seed(Exchange x, Slice into) {
        byte[] seed = x.randomSeed();
        into.set(seed, 0, seed.length);
    }

    // ---- the target

    private Slice target() {
        if (targetIn != turn) {
            Exchange x = at();
            if (x.materialized()) {
                text(x.target, target);
            } else {
                RequestParser head = x.visitor.head();
                target.set(head.bytes(), head.targetStart(), head.targetLength());
            }
            targetIn = turn;
        }
        return target;
    }

    private Slice raw() {
        if (rawIn != turn) {
            Exchange x = at();
            if (x.materialized()) {
                text(x.rawTarget(), raw);
            } else {
                RequestParser head = x.visitor.head();
                raw.set(head.rawBytes(), head.rawStart(), head.rawLength());
            }
            rawIn = turn;
        }
        return raw;
    }

    private static void path(Slice uri, Slice into) {
        int end = NormalTarget.pathEnd(uri.bytes, uri.start, uri.length);
        into.set(uri.bytes, uri.start, end - uri.start);
    }

    private static void query(Slice uri, Slice into) {
        int from = Math.min(NormalTarget.pathEnd(uri.bytes, uri.start, uri.length) + 1, uri.start + uri.length);
        into.set(uri.bytes, from, uri.start + uri.length - from);
    }

    private static void basename(Slice uri, Slice into) {
        int end = NormalTarget.pathEnd(uri.bytes, uri.start, uri.length);
        int from = end;
        while (from > uri.start && uri.bytes[from - 1] != '/') {
            from--;
        }
        into.set(uri.bytes, from, end - from);
    }

    private void extension(Slice uri, Slice into) {
        basename(uri, into);
        int end = into.start + into.length;
        int dot = end - 1;
        while (dot >= into.start && into.bytes[dot] != '.') {
            dot--;
        }
        // A name that only begins with a dot is no extension.
        int from = dot <= into.start ? end : dot + 1;
        lower(into.bytes, from, end - from, into);
    }

    private void whole(Slice uri, Slice into) {
        Exchange x = at();
        String scheme = x.secure ? "https://" : "http://";
        scratch.room(scheme.length() + x.host.length() + uri.length);
        int start = scratch.place();
        scratch.put(scheme);
        scratch.put(x.host);
        scratch.put(uri.bytes, uri.start, uri.length);
        into.set(scratch.bytes(), start, scratch.place() - start);
    }

    /// The range in lower case, copied only where it is not.
    private void lower(byte[] b, int start, int length, Slice into) {
        for (int i = start; i < start + length; i++) {
            if (b[i] >= 'A' && b[i] <= 'Z') {
                scratch.room(length);
                int place = scratch.place();
                scratch.putLower(b, start, length);
                into.set(scratch.bytes(), place, length);
                return;
            }
        }
        into.set(b, start, length);
    }

    // ---- header fields

    /// The value of a field, all of them where it was sent several times.
    private void header(Field field, String name, String separator, Slice into) {
        Exchange x = at();
        if (!x.materialized()) {
            RequestParser head = x.visitor.head();
            int first = head.index(field);
            if (first < 0) {
                return;
            }
            if (head.next(field, first) < 0) {
                into.set(head.bytes(), head.valueStart(first), head.valueLength(first));
                return;
            }
        }
        Pairs all = headers();
        int start = scratch.place();
        boolean found = false;
        for (int i = 0; i < all.count(); i++) {
            all.name(i, scrap);
            if (says(scrap, name)) {
                all.value(i, scrap);
                scratch.room(separator.length() + scrap.length);
                if (found) {
                    scratch.put(separator);
                }
                scratch.put(scrap.bytes, scrap.start, scrap.length);
                found = true;
            }
        }
        into.set(scratch.bytes(), start, scratch.place() - start);
    }

    private static boolean says(Slice slice, String text) {
        if (slice.length != text.length()) {
            return false;
        }
        for (int i = 0; i < slice.length; i++) {
            if ((slice.bytes[slice.start + i] & 0xff) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private Pairs headers() {
        if (headersIn != turn) {
            headersIn = turn;
            headers.clear();
            Exchange x = at();
            if (x.materialized()) {
                add(x.received(), headers);
            } else {
                RequestParser head = x.visitor.head();
                for (int i = 0; i < head.count(); i++) {
                    lower(head.bytes(), head.nameStart(i), head.nameLength(i), scrap);
                    headers.add(
                            scrap.bytes,
                            scrap.start,
                            scrap.length,
                            head.bytes(),
                            head.valueStart(i),
                            head.valueLength(i));
                }
            }
        }
        return headers;
    }

    private void add(Headers fields, Pairs to) {
        for (int i = 0; i < fields.size(); i++) {
            add(fields.name(i), fields.value(i), to);
        }
    }

    private void add(String name, String value, Pairs to) {
        scratch.room(name.length() + value.length());
        int start = scratch.place();
        scratch.put(name);
        scratch.put(value);
        to.add(scratch.bytes(), start, name.length(), scratch.bytes(), start + name.length(), value.length());
    }

    private Pairs cookies() {
        if (cookiesIn != turn) {
            cookiesIn = turn;
            cookies.clear();
            Slice all = known[RuleField.HTTP_COOKIE.ordinal()];
            read(RuleField.HTTP_COOKIE, scrap);
            byte[] b = all.bytes;
            int end = all.start + all.length;
            for (int at = all.start; at < end; ) {
                int stop = until(b, at, end, ';');
                int from = at;
                int to = stop;
                while (from < to && blank(b[from])) {
                    from++;
                }
                while (to > from && blank(b[to - 1])) {
                    to--;
                }
                if (from < to) {
                    int equals = until(b, from, to, '=');
                    int nameEnd = equals;
                    while (nameEnd > from && blank(b[nameEnd - 1])) {
                        nameEnd--;
                    }
                    int value = Math.min(equals + 1, to);
                    while (value < to && blank(b[value])) {
                        value++;
                    }
                    decoded(b, from, nameEnd, scrap);
                    cookies.add(scrap.bytes, scrap.start, scrap.length, b, value, to - value);
                }
                at = stop + 1;
            }
        }
        return cookies;
    }

    /// The range with its percent-encodings decoded; what is none stays.
    private void decoded(byte[] b, int from, int to, Slice into) {
        if (until(b, from, to, '%') == to) {
            into.set(b, from, to - from);
            return;
        }
        scratch.room(to - from);
        int start = scratch.place();
        for (int i = from; i < to; i++) {
            int high = b[i] == '%' && i + 2 < to ? Character.digit(b[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(b[i + 2], 16);
            if (low < 0) {
                scratch.put(b[i]);
            } else {
                scratch.put(high << 4 | low);
                i += 2;
            }
        }
        into.set(scratch.bytes(), start, scratch.place() - start);
    }

    private static int until(byte[] b, int from, int to, char wanted) {
        int i = from;
        while (i < to && b[i] != wanted) {
            i++;
        }
        return i;
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    private Pairs arguments() {
        if (argumentsIn != turn) {
            argumentsIn = turn;
            split(target(), arguments);
        }
        return arguments;
    }

    private Pairs rawArguments() {
        if (rawArgumentsIn != turn) {
            rawArgumentsIn = turn;
            split(raw(), rawArguments);
        }
        return rawArguments;
    }

    /// The parameters of a query, not decoded; empty pieces are none.
    private void split(Slice uri, Pairs into) {
        into.clear();
        query(uri, scrap);
        byte[] b = scrap.bytes;
        int end = scrap.start + scrap.length;
        for (int at = scrap.start; at < end; ) {
            int stop = until(b, at, end, '&');
            if (stop > at) {
                int equals = until(b, at, stop, '=');
                int value = Math.min(equals + 1, stop);
                into.add(b, at, equals - at, b, value, stop - value);
            }
            at = stop + 1;
        }
    }

    /// The languages that the visitor accepts, those it prefers first (RFC 9110 section 12.5.4).
    private Pairs languages() {
        if (languagesIn != turn) {
            languagesIn = turn;
            languages.clear();
            Pairs all = headers();
            for (int i = 0; i < all.count(); i++) {
                all.name(i, scrap);
                if (says(scrap, "accept-language")) {
                    all.value(i, scrap);
                    languages(scrap.bytes, scrap.start, scrap.start + scrap.length);
                }
            }
        }
        return languages;
    }

    private void languages(byte[] b, int start, int end) {
        for (int at = start; at < end && languages.count() < MAX_LANGUAGES; ) {
            int stop = until(b, at, end, ',');
            int from = at;
            while (from < stop && blank(b[from])) {
                from++;
            }
            int semicolon = until(b, from, stop, ';');
            int to = semicolon;
            while (to > from && blank(b[to - 1])) {
                to--;
            }
            int weight = weight(b, semicolon, stop);
            if (from < to && weight > 0) {
                int place = languages.count();
                while (place > 0 && weights[place - 1] < weight) {
                    place--;
                }
                System.arraycopy(weights, place, weights, place + 1, languages.count() - place);
                weights[place] = weight;
                languages.insert(place, b, from, to - from);
            }
            at = stop + 1;
        }
    }

    /// Thousandths; 1000 where nothing is said that can be read.
    private static int weight(byte[] b, int from, int to) {
        int i = from;
        while (i < to && (b[i] == ';' || blank(b[i]))) {
            i++;
        }
        if (i + 2 >= to || (b[i] | 0x20) != 'q' || b[i + 1] != '=' || (b[i + 2] != '0' && b[i + 2] != '1')) {
            return 1000;
        }
        int weight = (b[i + 2] - '0') * 1000;
        int unit = 100;
        for (int k = i + 4; k < to && unit > 0 && b[i + 3] == '.' && b[k] >= '0' && b[k] <= '9'; k++) {
            weight += (b[k] - '0') * unit;
            unit /= 10;
        }
        return Math.min(weight, 1000);
    }

    // ---- the response

    private void mediaType(Slice into) {
        Pairs all = responseHeaders();
        for (int i = 0; i < all.count(); i++) {
            all.name(i, scrap);
            if (says(scrap, "content-type")) {
                all.value(i, scrap);
                int end = until(scrap.bytes, scrap.start, scrap.start + scrap.length, ';');
                while (end > scrap.start && blank(scrap.bytes[end - 1])) {
                    end--;
                }
                lower(scrap.bytes, scrap.start, end - scrap.start, into);
                return;
            }
        }
    }

    private Pairs responseHeaders() {
        if (responseHeadersIn != turn) {
            responseHeadersIn = turn;
            responseHeaders.clear();
            Exchange x = at();
            Entry entry = x.response.entry;
            add(entry == null ? x.response.fields : entry.headers(), responseHeaders);
        }
        return responseHeaders;
    }

    // ---- numbers and flags

    @Override
    public long integer(RuleField field) {
        Exchange x = at();
        return switch (field) {
            case HTTP_REQUEST_TIMESTAMP_SEC -> Math.floorDiv(x.startedAt, 1_000L);
            case HTTP_REQUEST_TIMESTAMP_MSEC -> Math.floorMod(x.startedAt, 1_000L);
            case CF_EDGE_SERVER_PORT -> x.port();
            case HTTP_RESPONSE_CODE -> x.response.status;
            // Every other number is of something that is not known here.
            default -> 0;
        };
    }

    @Override
    public boolean flag(RuleField field) {
        Exchange x = at();
        return switch (field) {
            case SSL -> x.secure;
            case CF_EDGE_CLIENT_TCP -> true;
            case IP_SRC_IS_IN_EUROPEAN_UNION -> Regions.european(x.country());
            // Every other flag is of something that is not known here.
            default -> false;
        };
    }

    // ---- arrays and maps

    private @Nullable Pairs pairs(RuleField field) {
        return switch (field) {
            case HTTP_REQUEST_URI_ARGS, HTTP_REQUEST_URI_ARGS_NAMES, HTTP_REQUEST_URI_ARGS_VALUES -> arguments();
            case RAW_HTTP_REQUEST_URI_ARGS, RAW_HTTP_REQUEST_URI_ARGS_NAMES, RAW_HTTP_REQUEST_URI_ARGS_VALUES ->
                rawArguments();
            case HTTP_REQUEST_COOKIES -> cookies();
            case HTTP_REQUEST_HEADERS, HTTP_REQUEST_HEADERS_NAMES, HTTP_REQUEST_HEADERS_VALUES -> headers();
            case HTTP_REQUEST_ACCEPTED_LANGUAGES -> languages();
            case HTTP_RESPONSE_HEADERS, HTTP_RESPONSE_HEADERS_NAMES, HTTP_RESPONSE_HEADERS_VALUES -> responseHeaders();
            // No other field is an array or a map.
            default -> null;
        };
    }

    private Pairs asked(RuleField field) {
        Pairs pairs = pairs(field);
        if (pairs == null) {
            throw new IllegalArgumentException(field.spelled() + " is neither an array nor a map");
        }
        return pairs;
    }

    @Override
    public int count(RuleField field) {
        Pairs pairs = pairs(field);
        return pairs == null ? 0 : pairs.count();
    }

    @Override
    public void value(RuleField field, int i, Slice into) {
        switch (field) {
            case HTTP_REQUEST_URI_ARGS_NAMES,
                    RAW_HTTP_REQUEST_URI_ARGS_NAMES,
                    HTTP_REQUEST_HEADERS_NAMES,
                    HTTP_RESPONSE_HEADERS_NAMES -> asked(field).name(i, into);
            default -> asked(field).value(i, into);
        }
    }

    @Override
    public void name(RuleField field, int i, Slice into) {
        asked(field).name(i, into);
    }
}
