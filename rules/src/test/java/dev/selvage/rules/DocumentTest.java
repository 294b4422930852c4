package dev.selvage.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What `docs/rules.md` teaches is so.
class DocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "rules.md");

    /// A fenced block of the document: what it is, and its lines.
    private record Example(String kind, List<String> lines) {}

    private static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        List<String> lines = Files.readAllLines(DOCUMENT, StandardCharsets.UTF_8);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("```") && lines.get(i).length() > 3) {
                int end = i + 1;
                while (!lines.get(end).equals("```")) {
                    end++;
                }
                examples.add(new Example(lines.get(i).substring(3), lines.subList(i + 1, end)));
                i = end;
            }
        }
        return examples;
    }

    @Test
    void thereAreExamples() throws IOException {
        assertThat(examples().stream().map(Example::kind)).contains("rule", "value", "refused");
    }

    @TestFactory
    Stream<DynamicTest> everyExampleIsSo() throws IOException {
        return examples().stream()
                .filter(example -> List.of("rule", "value", "refused").contains(example.kind))
                .map(example -> DynamicTest.dynamicTest(example.lines.getFirst(), () -> check(example)));
    }

    private static void check(Example example) {
        String text = example.lines.getFirst();
        List<String> cases = example.lines.subList(1, example.lines.size());
        assertThat(cases).isNotEmpty();
        for (String line : cases) {
            switch (example.kind) {
                case "rule" -> {
                    boolean expected = line.startsWith("yes ");
                    assertThat(line).matches("(yes|no ) .*");
                    assertThat(met(text, line.substring(4))).as(line).isEqualTo(expected);
                }
                case "value" -> {
                    String[] sides = line.split(" -> ", 2);
                    assertThat(value(text, sides[0])).isEqualTo(sides[1]);
                }
                default -> {
                    int blank = line.indexOf(' ');
                    assertThat(Expressions.condition(text, Scope.REQUEST))
                            .isInstanceOfSatisfying(Reading.Refused.class, refused -> {
                                assertThat(refused.line() + ":" + refused.column())
                                        .isEqualTo(line.substring(0, blank));
                                assertThat(refused.message()).endsWith(line.substring(blank + 1));
                            });
                }
            }
        }
    }

    private static boolean met(String text, String request) {
        return switch (Expressions.condition(text, Scope.REQUEST)) {
            case Reading.Accepted<Condition>(Condition tree) -> Interpreter.met(tree, facts(request));
            case Reading.Refused<Condition> refused -> throw new AssertionError(refused.message());
        };
    }

    private static String value(String text, String request) {
        return switch (Expressions.text(text, Scope.REQUEST)) {
            case Reading.Accepted<Value>(Value tree) -> String.valueOf(Interpreter.text(tree, facts(request)));
            case Reading.Refused<Value> refused -> throw new AssertionError(refused.message());
        };
    }

    /// The facts of a request that is written as its URL, then `ip=…` or a header field.
    private static Facts facts(String request) {
        int blank = request.indexOf(' ');
        String url = blank < 0 ? request : request.substring(0, blank);
        String more = blank < 0 ? "" : request.substring(blank + 1).strip();
        boolean secure = url.startsWith("https://");
        String rest = url.substring(url.indexOf("://") + 3);
        String authority = rest.substring(0, rest.indexOf('/'));
        String target = rest.substring(rest.indexOf('/'));
        int colon = authority.indexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        String name = path.substring(path.lastIndexOf('/') + 1);
        GivenFacts facts = new GivenFacts()
                .text(RuleField.HTTP_HOST, host)
                .text(RuleField.HTTP_REQUEST_URI_PATH, path)
                .text(
                        RuleField.HTTP_REQUEST_URI_PATH_EXTENSION,
                        name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT))
                .text(RuleField.HTTP_REQUEST_URI_QUERY, query)
                .text(RuleField.HTTP_REQUEST_FULL_URI, url)
                .number(RuleField.SSL, secure ? 1 : 0)
                .number(
                        RuleField.CF_EDGE_SERVER_PORT,
                        colon >= 0 ? Long.parseLong(authority.substring(colon + 1)) : secure ? 443 : 80);
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            facts.pair(
                    RuleField.HTTP_REQUEST_URI_ARGS,
                    equals < 0 ? parameter : parameter.substring(0, equals),
                    equals < 0 ? "" : parameter.substring(equals + 1));
        }
        if (more.startsWith("ip=")) {
            String[] bytes = more.substring(3).split("\\.", -1);
            facts.address(
                    RuleField.IP_SRC,
                    Integer.parseInt(bytes[0]),
                    Integer.parseInt(bytes[1]),
                    Integer.parseInt(bytes[2]),
                    Integer.parseInt(bytes[3]));
        } else if (!more.isEmpty()) {
            int end = more.indexOf(':');
            String field = more.substring(0, end).toLowerCase(Locale.ROOT);
            String value = more.substring(end + 1).strip();
            facts.pair(RuleField.HTTP_REQUEST_HEADERS, field, value)
                    .element(RuleField.HTTP_REQUEST_HEADERS_NAMES, field);
            if (field.equals("cookie")) {
                for (String cookie : value.split("; ", -1)) {
                    int equals = cookie.indexOf('=');
                    facts.pair(
                            RuleField.HTTP_REQUEST_COOKIES, cookie.substring(0, equals), cookie.substring(equals + 1));
                }
            }
        }
        return facts;
    }
}
