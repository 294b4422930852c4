package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Any bytes as `Cache-Control`.
class CacheControlFuzzTest {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";
    private static final Pattern DIRECTIVE =
            Pattern.compile("(" + TOKEN + ")(?:=(" + TOKEN + "|" + QUOTED + "))?", Pattern.DOTALL);
    private static final Pattern LIST =
            Pattern.compile("[ \\t]*(?:" + DIRECTIVE + "[ \\t]*(?:,[ \\t]*|$))*+", Pattern.DOTALL);

    @FuzzTest(maxDuration = "3m")
    void anyField(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        CacheControl control = CacheControl.parse(text);
        if (LIST.matcher(text).matches()) {
            unknownDirectivesChangeNothing(text, control);
            theOrderDoesNotMatter(text, control);
            assertThat(facts(control)).isEqualTo(reference(text));
        }
        // A list in two lines is the list in one (RFC 9110 section 5.2).
        int comma = text.indexOf(',');
        if (comma >= 0 && text.indexOf('"') < 0) {
            assertThat(facts(CacheControl.parse(text.substring(0, comma) + ", " + text.substring(comma + 1))))
                    .isEqualTo(facts(control));
        }
        assertThat(facts(CacheControl.parse(text.toUpperCase(Locale.ROOT)))).isEqualTo(facts(control));
    }

    private static void unknownDirectivesChangeNothing(String text, CacheControl control) {
        if (control.present() && !text.isBlank()) {
            for (String with : List.of("x-none, " + text, text + ", x-none=\"no-store, \\\"private\"", text + ",y=1")) {
                assertThat(facts(CacheControl.parse(with))).as(with).isEqualTo(facts(control));
            }
        }
    }

    private static void theOrderDoesNotMatter(String text, CacheControl control) {
        List<String> members = new ArrayList<>();
        Matcher directive = DIRECTIVE.matcher(text);
        while (directive.find()) {
            members.addFirst(directive.group());
        }
        if (!members.isEmpty()) {
            assertThat(facts(CacheControl.parse(String.join(",", members)))).isEqualTo(facts(control));
        }
    }

    /// What a well-formed field says, read by regular expression.
    private static String reference(String text) {
        List<String> names = new ArrayList<>();
        long maxAge = -1;
        long sMaxAge = -1;
        Matcher directive = DIRECTIVE.matcher(text);
        while (directive.find()) {
            String name = directive.group(1).toLowerCase(Locale.ROOT);
            String argument = directive.group(2);
            names.add(qualified(name, argument) ? "qualified " + name : name);
            if (name.equals("max-age")) {
                maxAge = least(maxAge, seconds(argument));
            } else if (name.equals("s-maxage")) {
                sMaxAge = least(sMaxAge, seconds(argument));
            }
        }
        return names.contains("no-store") + " " + names.contains("no-cache") + ' ' + names.contains("private") + ' '
                + names.contains("public") + ' ' + names.contains("must-revalidate") + ' '
                + names.contains("proxy-revalidate") + ' ' + maxAge + ' ' + sMaxAge;
    }

    /// True when it concerns the named fields only (RFC 9111 sections 5.2.2.4 and 5.2.2.7).
    private static boolean qualified(String name, @Nullable String argument) {
        return (name.equals("no-cache") || name.equals("private"))
                && argument != null
                && argument.startsWith("\"")
                && unquoted(argument).chars().anyMatch(c -> c != ',' && !Character.isWhitespace(c));
    }

    private static String unquoted(String argument) {
        return argument.substring(1, argument.length() - 1).replaceAll("(?s)\\\\(.)", "$1");
    }

    private static String facts(CacheControl control) {
        return control.noStore() + " " + control.noCache() + ' ' + control.isPrivate() + ' ' + control.isPublic() + ' '
                + control.mustRevalidate() + ' ' + control.proxyRevalidate() + ' ' + control.maxAge() + ' '
                + control.sMaxAge();
    }

    private static long least(long before, long now) {
        return before < 0 ? now : Math.min(before, now);
    }

    private static long seconds(@Nullable String argument) {
        String digits = argument == null ? "" : argument;
        if (digits.startsWith("\"")) {
            digits = unquoted(digits);
        }
        if (!digits.matches("[0-9]+")) {
            return 0;
        }
        return new BigInteger(digits).min(BigInteger.TWO.pow(31)).longValue();
    }
}
