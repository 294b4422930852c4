package dev.selvage.edge.cache;

import dev.selvage.edge.coding.AcceptEncoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// When two requests' values of a field that `Vary` names count as the same (RFC 9111 section 4.1).
///
/// Whitespace around the members of a list never matters, nor does how they were spread over lines; the
/// case of a language never does either.
public enum Variance {
    /// The order of languages of equal weight matters: many origins take the first.
    AS_SENT,
    /// Languages of equal weight are equal (RFC 9110 section 12.5.4), and a response in the one
    /// language that a request likes best is the one it would get.
    BY_MEANING;

    private record Language(String range, int thousandths) {}

    /// The value in its normal form; null when the field is absent.
    ///
    /// @param name lower case
    @Nullable
    String normal(String name, @Nullable String value) {
        if (value == null) {
            return null;
        }
        return switch (name) {
            case "accept-language" -> languages(value);
            // As the origin was asked: see OriginHead.
            case "accept-encoding" -> AcceptEncoding.normal(AcceptEncoding.parse(value));
            default -> withoutListWhitespace(value);
        };
    }

    /// True when a response in `contentLanguage` is what a request with this `Accept-Language` likes
    /// best.
    boolean likesBest(@Nullable String acceptLanguage, @Nullable String contentLanguage) {
        if (this != BY_MEANING || acceptLanguage == null || contentLanguage == null) {
            return false;
        }
        List<Language> liked = parse(acceptLanguage);
        return !liked.isEmpty()
                && liked.getFirst().thousandths() > 0
                && (liked.size() == 1
                        || liked.get(1).thousandths() < liked.getFirst().thousandths())
                && liked.getFirst().range().equals(contentLanguage.strip().toLowerCase(Locale.ROOT));
    }

    /// Drops optional whitespace around commas outside of quotation marks: `a , b` is `a,b` (RFC 9110
    /// section 5.6.1).
    private static String withoutListWhitespace(String value) {
        String text = value.strip();
        if (text.indexOf(',') < 0) {
            return text;
        }
        StringBuilder normal = new StringBuilder(text.length());
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\' && i + 1 < text.length()) {
                normal.append(c);
                c = text.charAt(++i);
            } else if (!quoted && c == ',') {
                int end = normal.length();
                while (end > 0 && blank(normal.charAt(end - 1))) {
                    end--;
                }
                normal.setLength(end);
                while (i + 1 < text.length() && blank(text.charAt(i + 1))) {
                    i++;
                }
            }
            normal.append(c);
        }
        return normal.toString();
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    private String languages(String value) {
        StringBuilder normal = new StringBuilder(value.length());
        for (Language language : parse(value)) {
            normal.append(normal.isEmpty() ? "" : ",").append(language.range());
            if (language.thousandths() != 1000) {
                normal.append(";q=").append(language.thousandths());
            }
        }
        return normal.toString();
    }

    /// The language ranges, the most liked first.
    private List<Language> parse(String value) {
        List<Language> languages = new ArrayList<>();
        for (String member : value.split(",", -1)) {
            int semicolon = member.indexOf(';');
            String range = (semicolon < 0 ? member : member.substring(0, semicolon))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            if (!range.isEmpty()) {
                languages.add(new Language(range, semicolon < 0 ? 1000 : weight(member.substring(semicolon + 1))));
            }
        }
        Comparator<Language> mostLiked = Comparator.comparingInt(language -> -language.thousandths());
        languages.sort(this == BY_MEANING ? mostLiked.thenComparing(Language::range) : mostLiked);
        return languages;
    }

    /// RFC 9110 section 12.4.2, in thousandths; what cannot be read counts as not liked at all.
    private static int weight(String parameter) {
        String text = parameter.strip();
        if (!text.regionMatches(true, 0, "q=", 0, 2)) {
            return 0;
        }
        String number = text.substring(2).strip();
        if (number.isEmpty() || number.length() > 5 || (number.length() > 1 && number.charAt(1) != '.')) {
            return 0;
        }
        int thousandths = 0;
        for (int i = 0, place = 1000; i < number.length(); i++) {
            char c = number.charAt(i);
            if (i == 1) {
                continue;
            }
            if (c < '0' || c > '9') {
                return 0;
            }
            thousandths += (c - '0') * place;
            place /= 10;
        }
        return Math.min(1000, thousandths);
    }
}
