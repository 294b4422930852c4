package dev.selvage.rules;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.selvage.toolkit.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What the functions come to.
public final class Functions {
    /// Most times that `url_decode(…, "r")` decodes what it decoded.
    private static final int MOST_DECODED = 16;

    /// Most steps that replacing may take, some 10 ns each; a text that would take more is left as it is.
    private static final long MOST_STEPS = 1 << 20;

    private static final int MAC_LENGTH = 43;
    private static final int TIME_LENGTH = 10;

    private Functions() {}

    /// What a function comes to; null when to nothing.
    ///
    /// @param arguments of the types that the function takes: [String], whose characters are bytes, [Long],
    ///     [Boolean], [Address], or a list of these
    public static @Nullable Object call(RuleFunction function, List<Object> arguments) {
        return switch (function) {
            case LOWER -> Bytes.lower(text(arguments, 0));
            case UPPER -> Bytes.upper(text(arguments, 0));
            case STARTS_WITH -> text(arguments, 0).startsWith(text(arguments, 1));
            case ENDS_WITH -> text(arguments, 0).endsWith(text(arguments, 1));
            case LEN -> {
                long length = arguments.getFirst() instanceof List<?> list
                        ? list.size()
                        : text(arguments, 0).length();
                yield length;
            }
            case CONCAT -> concat(arguments);
            case SUBSTRING ->
                substring(
                        text(arguments, 0),
                        number(arguments, 1),
                        arguments.size() > 2 ? number(arguments, 2) : Long.MAX_VALUE);
            case URL_DECODE -> urlDecoded(text(arguments, 0), arguments.size() > 1 ? text(arguments, 1) : "");
            case REMOVE_BYTES -> without(text(arguments, 0), text(arguments, 1));
            case LOOKUP_JSON_STRING -> {
                JsonNode found = lookup(arguments);
                yield found != null && found.isString() ? bytes(found.stringValue()) : null;
            }
            case LOOKUP_JSON_INTEGER -> {
                JsonNode found = lookup(arguments);
                yield found != null && found.isIntegralNumber() && found.canConvertToLong() ? found.longValue() : null;
            }
            case TO_STRING -> arguments.getFirst().toString();
            case SPLIT -> split(text(arguments, 0), text(arguments, 1), number(arguments, 2));
            case JOIN -> String.join(text(arguments, 1), texts(arguments.getFirst()));
            case REGEX_REPLACE -> regexReplaced(text(arguments, 0), text(arguments, 1), text(arguments, 2));
            case WILDCARD_REPLACE ->
                wildcardReplaced(text(arguments, 0), text(arguments, 1), text(arguments, 2), arguments.size() > 3);
            case REMOVE_QUERY_ARGS ->
                withoutParameters(text(arguments, 0), texts(arguments.subList(1, arguments.size())));
            case CIDR -> {
                Address address = address(arguments);
                yield address.network((int) number(arguments, address.ipv6() ? 2 : 1));
            }
            case CIDR6 -> {
                Address address = address(arguments);
                yield address.ipv6() ? address.network((int) number(arguments, 1)) : address;
            }
            case DECODE_BASE64 -> base64Decoded(text(arguments, 0));
            case ENCODE_BASE64 -> base64(text(arguments, 0), arguments.size() > 1 ? text(arguments, 1) : "");
            case SHA256 -> latin1(sha256(latin1(text(arguments, 0))));
            case UUIDV4 -> uuid(text(arguments, 0));
            case IS_TIMED_HMAC_VALID_V0 ->
                timedHmacValid(
                        text(arguments, 0),
                        text(arguments, 1),
                        number(arguments, 2),
                        number(arguments, 3),
                        arguments.size() > 4 ? (int) number(arguments, 4) : 0,
                        arguments.size() > 5 && text(arguments, 5).equals("s"));
        };
    }

    private static String text(List<Object> arguments, int i) {
        return (String) arguments.get(i);
    }

    private static long number(List<Object> arguments, int i) {
        return (Long) arguments.get(i);
    }

    private static Address address(List<Object> arguments) {
        return (Address) arguments.getFirst();
    }

    private static List<String> texts(Object list) {
        return ((List<?>) list).stream().map(String.class::cast).toList();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// The bytes of a text in UTF-8.
    private static String bytes(String text) {
        return latin1(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Object concat(List<Object> arguments) {
        if (!(arguments.getFirst() instanceof List<?>)) {
            StringBuilder all = new StringBuilder();
            arguments.forEach(all::append);
            return all.toString();
        }
        List<Object> all = new ArrayList<>();
        for (Object argument : arguments) {
            if (argument instanceof List<?> list) {
                all.addAll(list);
            } else {
                all.add(argument);
            }
        }
        return all;
    }

    private static String substring(String text, long start, long end) {
        int from = place(text, start);
        int to = place(text, end);
        return from >= to ? "" : text.substring(from, to);
    }

    private static int place(String text, long index) {
        int length = text.length();
        return (int) Math.clamp(index < 0 ? Math.max(index, -length) + length : index, 0L, (long) length);
    }

    private static String urlDecoded(String text, String options) {
        boolean unicode = options.contains("u");
        String decoded = decodedOnce(text, unicode, true);
        String before = text;
        int times = options.contains("r") ? MOST_DECODED - 1 : 0;
        while (times-- > 0 && !decoded.equals(before)) {
            before = decoded;
            decoded = decodedOnce(before, unicode, true);
        }
        return decoded;
    }

    private static String decodedOnce(String text, boolean unicode, boolean plus) {
        if (text.indexOf('%') < 0 && !(plus && text.indexOf('+') >= 0)) {
            return text;
        }
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+' && plus) {
                decoded.append(' ');
            } else if (c == '%'
                    && unicode
                    && i + 1 < text.length()
                    && text.charAt(i + 1) == 'u'
                    && hex(text, i + 2, 4) >= 0) {
                decoded.append(bytes(String.valueOf((char) hex(text, i + 2, 4))));
                i += 5;
            } else if (c == '%' && hex(text, i + 1, 2) >= 0) {
                decoded.append((char) hex(text, i + 1, 2));
                i += 2;
            } else {
                decoded.append(c);
            }
        }
        return decoded.toString();
    }

    /// The number that so many hexadecimal digits write; -1 when they do not.
    private static int hex(String text, int from, int digits) {
        if (from + digits > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static String without(String text, String unwanted) {
        StringBuilder left = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (unwanted.indexOf(text.charAt(i)) < 0) {
                left.append(text.charAt(i));
            }
        }
        return left.toString();
    }

    private static @Nullable JsonNode lookup(List<Object> arguments) {
        JsonNode node;
        try {
            node = Json.MAPPER.readTree(text(arguments, 0));
        } catch (JacksonException _) {
            return null;
        }
        for (Object key : arguments.subList(1, arguments.size())) {
            if (node == null) {
                return null;
            }
            if (key instanceof Long place) {
                node = node.isArray() && place < node.size() ? node.get(place.intValue()) : null;
            } else {
                node = node.isObject() ? node.get((String) key) : null;
            }
        }
        return node;
    }

    private static List<String> split(String text, String separator, long limit) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        while (parts.size() < limit - 1) {
            int found = text.indexOf(separator, from);
            if (found < 0) {
                break;
            }
            parts.add(text.substring(from, found));
            from = found + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String regexReplaced(String text, String regex, String replacement) {
        Pattern pattern = Pattern.compile(Regexes.withoutUnicodeFlag(regex));
        Matcher matcher = pattern.matcher(text);
        if ((long) text.length() * pattern.programSize() > MOST_STEPS || !matcher.find()) {
            return text;
        }
        return text.substring(0, matcher.start())
                + Replacements.filled(replacement, group -> group <= matcher.groupCount() ? matcher.group(group) : null)
                + text.substring(matcher.end());
    }

    private static String wildcardReplaced(String text, String pattern, String replacement, boolean strict) {
        List<String> captured = Wildcards.captured(Wildcards.pieces(pattern), text, strict);
        return captured == null
                ? text
                : Replacements.filled(replacement, group -> group <= captured.size() ? captured.get(group - 1) : null);
    }

    private static String withoutParameters(String query, List<String> names) {
        StringBuilder left = new StringBuilder();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (!names.contains(equals < 0 ? parameter : parameter.substring(0, equals))) {
                left.append(left.isEmpty() ? "" : "&").append(parameter);
            }
        }
        return left.toString();
    }

    private static @Nullable String base64Decoded(String text) {
        try {
            String standard = text.replace('-', '+').replace('_', '/');
            return latin1(Base64.getDecoder().decode(latin1(standard)));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static String base64(String text, String options) {
        Base64.Encoder encoder = options.contains("u") ? Base64.getUrlEncoder() : Base64.getEncoder();
        byte[] encoded = (options.contains("p") ? encoder : encoder.withoutPadding()).encode(latin1(text));
        return latin1(encoded);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }

    /// RFC 9562 section 5.4.
    private static @Nullable String uuid(String random) {
        if (random.length() < 16) {
            return null;
        }
        byte[] bytes = latin1(random.substring(0, 16));
        bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
        String hex = HexFormat.of().formatHex(bytes);
        return hex.substring(0, 8)
                + '-'
                + hex.substring(8, 12)
                + '-'
                + hex.substring(12, 16)
                + '-'
                + hex.substring(16, 20)
                + '-'
                + hex.substring(20);
    }

    /// A message, a separator, the time of issue in ten digits, `-` and the MAC of message and time in
    /// base64.
    private static boolean timedHmacValid(
            String key, String signed, long ttl, long now, int separator, boolean urlSafe) {
        int dash = signed.lastIndexOf('-', signed.length() - MAC_LENGTH - 1);
        while (dash >= 0 && !digits(signed, dash - TIME_LENGTH, dash)) {
            dash = signed.lastIndexOf('-', dash - 1);
        }
        int message = dash - TIME_LENGTH - separator;
        if (dash < 0 || message < 1) {
            return false;
        }
        String time = signed.substring(dash - TIME_LENGTH, dash);
        long issued = Long.parseLong(time);
        if (now > issued + ttl || issued > now) {
            return false;
        }
        String given = signed.substring(dash + 1);
        String standard = urlSafe ? given.replace('-', '+').replace('_', '/') : decodedOnce(given, false, false);
        String bare = standard.endsWith("=") ? standard.substring(0, standard.length() - 1) : standard;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(latin1(key), "HmacSHA256"));
            byte[] right = mac.doFinal(latin1(signed.substring(0, message) + time));
            return MessageDigest.isEqual(Base64.getEncoder().withoutPadding().encode(right), latin1(bare));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java has HmacSHA256", missing);
        }
    }

    private static boolean digits(String text, int from, int to) {
        return from >= 0 && text.substring(from, to).chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
