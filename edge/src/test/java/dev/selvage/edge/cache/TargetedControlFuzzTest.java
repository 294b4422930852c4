package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.selvage.edge.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Any bytes as `CDN-Cache-Control`, and as `Cache-Groups`: both are Structured Fields (RFC 9651).
class TargetedControlFuzzTest {
    private static final int MAX_INPUT = 1_000;

    // The grammar of RFC 8941, as regular expressions.
    private static final String KEY = "[a-z*][a-z0-9_.*-]*+";
    private static final String STRING = "\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*+\"";
    private static final String BARE = "(?:-?[0-9]{1,12}\\.[0-9]{1,3}+(?![0-9.])|-?[0-9]{1,15}+(?![0-9.])|" + STRING
            + "|[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*+|:[A-Za-z0-9+/=]*+:|\\?[01])";
    private static final String PARAMETERS = "(?:; *+" + KEY + "(?:=" + BARE + ")?+)*+";
    private static final String ITEM = BARE + PARAMETERS;
    private static final String INNER = "\\( *+(?:" + ITEM + "(?: ++" + ITEM + ")*+ *+)?+\\)" + PARAMETERS;
    private static final Pattern MEMBER = Pattern.compile(
            "(" + KEY + ")(?:=((?:" + INNER + ")|(" + BARE + ")" + PARAMETERS + ")|" + PARAMETERS + ")");
    private static final Pattern DICTIONARY =
            Pattern.compile(" *+(?:" + MEMBER.pattern() + "(?:[ \\t]*+,[ \\t]*+" + MEMBER.pattern() + ")*+)? *+");

    private static final List<String> AGES = List.of("max-age", "s-maxage", "stale-while-revalidate", "stale-if-error");
    private static final List<String> FLAGS = List.of(
            "no-store",
            "public",
            "must-revalidate",
            "proxy-revalidate",
            "must-understand",
            "immutable",
            "no-transform",
            "no-cache",
            "private");

    @FuzzTest(maxDuration = "3m")
    void anyField(byte[] input) {
        if (input.length > MAX_INPUT) {
            return;
        }
        // The scanner of heads leaves no blanks around a value.
        String text = new String(input, StandardCharsets.ISO_8859_1).replaceAll("^[ \\t]+|[ \\t]+$", "");
        // A list of strings, or nothing.
        CacheGroups.of(Headers.of("cache-groups", text), "o")
                .forEach(name -> assertThat(name).startsWith("o\n"));

        CacheControl control = TargetedControl.parse(text);
        boolean grammatical = DICTIONARY.matcher(text).matches() && !text.isBlank();
        // Binary content and what RFC 9651 adds are not checked here.
        boolean simple = text.indexOf(':') < 0 && text.indexOf('@') < 0 && text.indexOf('%') < 0;
        if (!simple) {
            return;
        }
        if (!grammatical) {
            assertThat(control).as("what does not parse is ignored whole").isNull();
            return;
        }
        Map<String, String> members = members(text);
        boolean valid = members.entrySet().stream().allMatch(TargetedControlFuzzTest::typed);
        if (!valid) {
            assertThat(control).as("a directive of the wrong type").isNull();
            return;
        }
        assertThat(control).isNotNull();
        if (control != null) {
            assertThat(control.maxAge()).isEqualTo(age(members.get("max-age")));
            assertThat(control.sMaxAge()).isEqualTo(age(members.get("s-maxage")));
            assertThat(control.noStore()).isEqualTo("?1".equals(members.get("no-store")));
            assertThat(control.mustRevalidate()).isEqualTo("?1".equals(members.get("must-revalidate")));
            assertThat(control.noCache()).isEqualTo(whole(members.get("no-cache")));
            assertThat(control.isPrivate()).isEqualTo(whole(members.get("private")));
        }
    }

    /// The members by name, the last of each; a flag is `?1`, an inner list is `(`.
    private static Map<String, String> members(String text) {
        Map<String, String> members = new HashMap<>();
        Matcher member = MEMBER.matcher(text);
        int at = 0;
        while (member.find(at)) {
            String bare = member.group(3);
            members.put(member.group(1), bare != null ? bare : member.group(2) == null ? "?1" : "(");
            at = member.end();
        }
        return members;
    }

    private static boolean typed(Map.Entry<String, String> member) {
        String value = member.getValue();
        if (AGES.contains(member.getKey())) {
            return value.matches("[0-9]{1,15}|-0+");
        }
        boolean fields = member.getKey().equals("no-cache") || member.getKey().equals("private");
        return !FLAGS.contains(member.getKey()) || value.startsWith("?") || (fields && value.startsWith("\""));
    }

    private static long age(@Nullable String value) {
        return value == null ? -1 : Math.min(1L << 31, Math.abs(Long.parseLong(value)));
    }

    private static boolean whole(@Nullable String value) {
        return value != null
                && (value.equals("?1")
                        || (value.startsWith("\"") && !value.matches("(?s)\".*[^\", \\\\].*\"|.*\\\\.*")));
    }
}
