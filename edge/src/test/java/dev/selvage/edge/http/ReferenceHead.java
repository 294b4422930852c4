package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A head read the plain way, line by line: the least that RFC 9112 sections 2 to 5 say of one.
record ReferenceHead(String startLine, List<String> names, List<String> values) {
    /// Reads a whole head; complains about what a strict reader would not take.
    static ReferenceHead read(String text) {
        assertThat(text).endsWith("\r\n\r\n");
        String[] lines = text.substring(0, text.length() - 4).split("\r\n", -1);
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (String line : lines) {
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                assertThat(c == '\t' || (c >= ' ' && c != 0x7f))
                        .as("no control character in %s", line)
                        .isTrue();
            }
        }
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            assertThat(colon).isPositive();
            String name = lines[i].substring(0, colon);
            assertThat(name).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
            names.add(name.toLowerCase(Locale.ROOT));
            values.add(trimmed(lines[i].substring(colon + 1)));
        }
        return new ReferenceHead(lines[0], names, values);
    }

    private static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
            to--;
        }
        return value.substring(from, to);
    }

    int count(String name) {
        return (int) names.stream().filter(name::equals).count();
    }

    String value(String name) {
        return values.get(names.indexOf(name));
    }

    /// All fields as [Headers#toString] writes them.
    String fields() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            text.append(names.get(i)).append(": ").append(values.get(i)).append('\n');
        }
        return text.toString();
    }
}
