package dev.selvage.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    private static final Value HOST = new Value.Read(RuleField.HTTP_HOST);
    private static final Value PATH = new Value.Read(RuleField.HTTP_REQUEST_URI_PATH);

    private static Condition tree(String text) {
        return switch (Expressions.condition(text, Scope.RESPONSE)) {
            case Reading.Accepted<Condition>(Condition tree) -> tree;
            case Reading.Refused<Condition> refused -> throw new AssertionError(refused.message());
        };
    }

    private static Reading.Refused<?> refused(String text) {
        Reading<Condition> reading = Expressions.condition(text, Scope.REQUEST);
        assertThat(reading).as(text).isInstanceOf(Reading.Refused.class);
        return (Reading.Refused<?>) reading;
    }

    private static Condition host(String name) {
        return new Condition.CompareText(HOST, Condition.Order.EQ, name);
    }

    @Test
    void notBindsCloserThanAndThanXorThanOr() {
        assertThat(tree("http.host eq \"a\" or http.host eq \"b\" xor http.host eq \"c\" and not http.host eq \"d\""))
                .isEqualTo(new Condition.Or(List.of(
                        host("a"),
                        new Condition.Xor(List.of(
                                host("b"), new Condition.And(List.of(host("c"), new Condition.Not(host("d")))))))));
    }

    @Test
    void symbolsAreTheSameAsWords() {
        assertThat(tree("http.host==\"a\"||http.host!=\"b\"^^!ssl&&cf.threat_score>=5"))
                .isEqualTo(tree("http.host eq \"a\" or http.host ne \"b\" xor not ssl and cf.threat_score ge 5"));
        assertThat(tree("http.host ~ \"a\""))
                .isInstanceOfSatisfying(
                        Condition.Matches.class,
                        matches -> assertThat(matches.pattern().pattern()).isEqualTo("a"));
    }

    @Test
    void parenthesesAndBlanksAreFree() {
        assertThat(tree(" (\n(http.host\teq\r\n\"a\") ) ")).isEqualTo(host("a"));
    }

    @Test
    void namesOfHostsAndHeaderFieldsHaveNoCase() {
        assertThat(tree("http.host in {\"A.example\"}")).isEqualTo(new Condition.TextIn(HOST, List.of("a.example")));
        assertThat(tree("starts_with(http.host, \"WWW.\")")).isEqualTo(tree("starts_with(http.host, \"www.\")"));
        assertThat(tree("http.request.headers[\"X-Team\"][0] eq \"A\""))
                .isEqualTo(tree("http.request.headers[\"x-team\"][0] eq \"A\""));
        assertThat(tree("http.request.uri.args[\"A\"][0] eq \"x\""))
                .isNotEqualTo(tree("http.request.uri.args[\"a\"][0] eq \"x\""));
    }

    @Test
    void literalsOfEveryKindAreRead() {
        assertThat(tree("http.request.uri.path eq \"a\\\"\\\\\\x41\\101\\xff é\""))
                .isEqualTo(new Condition.CompareText(PATH, Condition.Order.EQ, "a\"\\AA\u00ff \u00c3\u00a9"));
        assertThat(tree("http.request.uri.path eq r#\"a\\\"b\"#"))
                .isEqualTo(new Condition.CompareText(PATH, Condition.Order.EQ, "a\\\"b"));
        assertThat(tree("cf.edge.server_port in {80 0x1BB -1 8000..8009}"))
                .isEqualTo(new Condition.NumberIn(
                        new Value.Read(RuleField.CF_EDGE_SERVER_PORT),
                        List.of(
                                new Condition.Numbers(80, 80),
                                new Condition.Numbers(443, 443),
                                new Condition.Numbers(-1, -1),
                                new Condition.Numbers(8000, 8009))));
        assertThat(tree("ip.src in {192.0.2.0/24 198.51.100.3..198.51.100.7 2001:db8::/32 ::1}")
                        .toString())
                .contains("from=192.0.2.0, to=192.0.2.255")
                .contains("from=198.51.100.3, to=198.51.100.7")
                .contains("from=2001:db8::, to=2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")
                .contains("from=::1, to=::1");
        assertThat(tree("ip.src eq 192.0.2.1")).isInstanceOf(Condition.CompareAddress.class);
    }

    @Test
    void aBackslashBelongsToTheRegularExpressionAndToTheWildcard() {
        assertThat(tree("http.request.uri.path matches \"^/a\\.b\\\"$\""))
                .isInstanceOfSatisfying(
                        Condition.Matches.class,
                        matches -> assertThat(matches.pattern().pattern()).isEqualTo("^/a\\.b\"$"));
        assertThat(tree("http.request.uri.path wildcard \"/a\\*b*\""))
                .isEqualTo(new Condition.Wildcard(PATH, "/a\\*b*", false));
        assertThat(tree("http.request.uri.path strict wildcard r\"/*\""))
                .isEqualTo(new Condition.Wildcard(PATH, "/*", true));
    }

    @Test
    void theUnicodeFlagOfARegularExpressionMeansNothing() {
        assertThat(tree("http.host matches \"(?iu)a(?u:b)(?u)[(?u)]\""))
                .isInstanceOfSatisfying(
                        Condition.Matches.class,
                        matches -> assertThat(matches.pattern().pattern()).isEqualTo("(?i)a(?:b)[(?u)]"));
    }

    @Test
    void arraysAreFoldedByAnyAndAll() {
        Value names = new Value.Read(RuleField.HTTP_REQUEST_HEADERS_NAMES);
        Value element = new Value.Element(Type.STRING);
        assertThat(tree("any(http.request.headers.names[*] eq \"dnt\")"))
                .isEqualTo(new Condition.Quantified(
                        false, names, new Condition.CompareText(element, Condition.Order.EQ, "dnt")));
        assertThat(tree("all(lower(http.request.headers.names[*])[*] contains \"x\")"))
                .isEqualTo(new Condition.Quantified(
                        true,
                        names,
                        new Condition.Contains(
                                new Value.Call(RuleFunction.LOWER, List.of(element), Type.STRING), "x")));
        assertThat(tree("any(starts_with(http.request.headers.names[*], \"x-\"))"))
                .isEqualTo(tree("any(starts_with(http.request.headers.names[*], \"x-\")[*])"));
        assertThat(tree("any(http.request.headers.names[*] eq \"a\" or not http.request.headers.names[*] eq \"b\")"))
                .isInstanceOf(Condition.Quantified.class);
        assertThat(tree("len(http.request.headers[\"x\"]) ge 0 and http.request.cookies[\"s\"][1] eq \"a\""))
                .isInstanceOf(Condition.And.class);
        assertThat(tree("len(lower(http.request.headers.names[*])) gt 3")).isInstanceOf(Condition.CompareNumber.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            http.hots eq "a"                                     | 1:1  | unknown field `http.hots`, did you mean `http.host`?
            http.host eq "a" and http.request.ur.path eq "b"     | 1:22 | did you mean `http.request.uri.path`?
            http.host equals "a"                                 | 1:11 | unknown operator `equals`
            http.host contain "a"                                | 1:11 | did you mean `contains`?
            http.host eq "a" AND ssl                             | 1:18 | keywords are lower case: `and`
            NOT ssl                                              | 1:1  | keywords are lower case: `not`
            http.host = "a"                                      | 1:11 | `=` is no operator; did you mean `==`?
            http.host starts_with "a"                            | 1:11 | `starts_with` is a function, not an operator
            http.host eq 5                                       | 1:14 | expected a text in quotation marks
            http.host eq a                                       | 1:14 | expected a text in quotation marks
            cf.edge.server_port eq "80"                          | 1:24 | expected a whole number
            cf.edge.server_port eq 99999999999999999999          | 1:24 | a whole number has 64 bits
            cf.edge.server_port contains "8"                     | 1:1  | `contains` does not apply to the type Int
            ssl eq true                                          | 1:1  | `eq` does not apply to the type Bool
            ip.src eq "192.0.2.1"                                | 1:11 | expected an IP address
            ip.src eq 192.0.2.0/24                               | 1:11 | networks and ranges stand in a list
            ip.src in {192.0.2.1/24}                             | 1:12 | did you mean `192.0.2.0/24`?
            ip.src in {192.0.2.9..192.0.2.1}                     | 1:12 | from the lower address to the higher
            ip.src in {192.0.2.0/33}                             | 1:12 | 0 to 32 bits
            ip.src matches "a"                                   | 1:1  | `matches` does not apply to the type Ip
            http.host                                            | 1:1  | needs an operator
            http.request.headers eq "a"                          | 1:1  | `eq` does not apply to the type Map<Array<String>>
            http.request.headers.names eq "a"                    | 1:1  | does not apply to the type Array<String>
            http.request.headers.names[*] eq "a"                 | 1:1  | fold it with any() or all()
            any(http.host eq "a")                                | 1:1  | any() folds an array
            any(http.request.headers.names[*] eq "a" and ssl)    | 1:42 | one side is an array of booleans
            any(http.request.headers.names[*] eq "a" and http.request.headers.values[*] eq "b") | 1:42 | one array only
            http.request.headers[*] eq "a"                       | 1:1  | name one of its entries first
            http.host["a"] eq "b"                                | 1:1  | no names to look up
            http.host[0] eq "b"                                  | 1:1  | no places to look up
            http.request.headers.names[-1] eq "b"                | 1:28 | 0 to 10000
            http.request.headers["a" eq "b"                      | 1:21 | this bracket is never closed
            http.host in {}                                      | 1:14 | the list is empty
            http.host in {"a","b"}                               | 1:18 | separated by blanks
            http.host in {"a"                                    | 1:14 | this list is never closed
            http.host in $office                                 | 1:14 | there are no lists here: `$office`
            http.host in "a"                                     | 1:14 | expected `{`
            "a" eq http.host                                     | 1:1  | a comparison starts with a field
            (ssl                                                 | 1:1  | this parenthesis is never closed
            ssl)                                                 | 1:4  | unrecognised input
            ssl ssl                                              | 1:5  | unknown operator `ssl`
            not                                                  | 1:4  | the expression ends where a condition
            ssl and                                              | 1:8  | the expression ends where a condition
            http.host eq "a                                      | 1:14 | this quotation mark is never closed
            http.host eq r#"a"                                   | 1:14 | this raw text is never closed
            http.host eq "\\d"                                   | 1:15 | this is no escape
            http.host eq "\\xZZ"                                 | 1:15 | an escaped byte
            http.host eq "\\400"                                 | 1:15 | a byte is
            http.host matches "("                                | 1:19 | no regular expression
            http.host matches "(?=a)"                            | 1:19 | look-around
            http.host matches "((a{100}){100}){100}"             | 1:19 | multiply
            http.host wildcard "a**"                             | 1:20 | two asterisks in a row
            http.host wildcard r"a\\x"                            | 1:20 | a backslash stands before
            lower(http.host eq "a"                               | 1:17 | expected `,` or `)`
            lower(http.host                                      | 1:1  | never closed
            lower() eq "a"                                       | 1:1  | takes 1 argument, not 0
            lower(ip.src) eq "a"                                 | 1:7  | expected value of type String
            lowr(http.host) eq "a"                               | 1:1  | unknown function `lowr`, did you mean `lower`?
            lower eq "a"                                         | 1:1  | its arguments follow in parentheses
            starts_with("a", "b")                                | 1:13 | must not be a literal
            starts_with(http.host, http.cookie)                  | 1:24 | must be a text in quotation marks
            substring(http.host, "a") eq "b"                     | 1:22 | expected value of type Int
            split(http.host, ".", 0)[0] eq "b"                   | 1:23 | a number from 1 to 128
            concat(http.host, http.request.headers.names[*]) eq "a" | 1:19 | first argument only
            cidr(ip.src, 33, 64) eq 192.0.2.1                    | 1:14 | a number from 1 to 32
            http.response.code eq 200                            | 1:1  | is of the response
            http.request.body.raw contains "a"                   | 1:1  | not part of Selvage
            $a                                                   | 1:1  | expected a field or a function
            """)
    void whatIsWrongIsSaidWithItsPlace(String text, String place, String reason) {
        Reading.Refused<?> refused = refused(text);
        assertThat(refused.message()).contains(reason).contains("Filter parsing error (" + place + "):\n");
        assertThat(refused.line() + ":" + refused.column()).isEqualTo(place);
    }

    @Test
    void theLineAndTheCaretsShowThePlace() {
        assertThat(refused("ssl and\n  http.hots eq \"a\"").message())
                .isEqualTo("'ssl and\n  http.hots eq \"a\"' is not a valid value for expression because could not parse"
                        + " filter expression: Filter parsing error (2:3):\n  http.hots eq \"a\"\n"
                        + "  ^^^^^^^^^ unknown field `http.hots`, did you mean `http.host`?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n"})
    void anEmptyExpressionIsRefused(String text) {
        assertThat(refused(text).message()).contains("`true` is for every request");
    }

    @Test
    void anExpressionHasAtMost4096Characters() {
        String longest = "http.host eq \"" + "a".repeat(4_096 - 15) + "\"";
        assertThat(longest).hasSize(4_096);
        assertThat(tree(longest)).isInstanceOf(Condition.CompareText.class);
        assertThat(refused(longest + " ").message()).contains("longer than 4096 characters");
    }

    @Test
    void everyDepthIsReadOrRefused() {
        List<String> openings = List.of("(", "not ", "!", "lower(", "any(", "all((", "not(");
        for (String opening : openings) {
            for (int depth = 1; depth * opening.length() <= 4_096; depth += 1 + depth / 8) {
                String text = opening.repeat(depth);
                assertThat(Expressions.condition(text, Scope.REQUEST)).isInstanceOf(Reading.Refused.class);
            }
        }
        assertThat(tree("(".repeat(100) + "ssl" + ")".repeat(100))).isInstanceOf(Condition.Truth.class);
        assertThat(refused("(".repeat(101) + "ssl" + ")".repeat(101)).message()).contains("deeper than 100 levels");
    }

    @ParameterizedTest
    @EnumSource(RuleField.class)
    void everyFieldIsKnownByItsNames(RuleField field) {
        assertThat(RuleField.named(field.spelled())).contains(field);
    }

    @Test
    void olderNamesStandForTheSameFields() {
        assertThat(tree("ip.geoip.country eq \"DE\"")).isEqualTo(tree("ip.src.country eq \"DE\""));
    }

    @Test
    void aValueIsAString() {
        assertThat(Expressions.text("concat(\"/de\", http.request.uri.path)", Scope.REQUEST))
                .isInstanceOf(Reading.Accepted.class);
        assertThat(Expressions.text("\"always\"", Scope.REQUEST)).isInstanceOf(Reading.Accepted.class);
        List<String> refusals = new ArrayList<>();
        for (String text : List.of("ssl", "5", "ip.src", "http.request.headers.names[*]", "http.host eq \"a\"", "")) {
            if (Expressions.text(text, Scope.REQUEST) instanceof Reading.Refused<Value> refused) {
                refusals.add(refused.message());
            }
        }
        assertThat(refusals).hasSize(6);
        assertThat(refusals.get(1)).contains("of the type Int, and a String is needed");
    }

    @Test
    void oneReplacementIsEnough() {
        assertThat(Expressions.text("regex_replace(http.host, \"a(b)\", \"${1}\")", Scope.REQUEST))
                .isInstanceOf(Reading.Accepted.class);
        assertThat(Expressions.text(
                        "concat(regex_replace(http.host, \"a\", \"\"), wildcard_replace(http.host, \"a\", \"\"))",
                        Scope.REQUEST))
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        refused -> assertThat(refused.message()).contains("once in an expression"));
        assertThat(Expressions.text("regex_replace(http.host, \"a\", \"$x\")", Scope.REQUEST))
                .isInstanceOf(Reading.Refused.class);
    }
}
