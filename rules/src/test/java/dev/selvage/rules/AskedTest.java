package dev.selvage.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AskedTest {
    private static Asked asked(String text) {
        return switch (Expressions.condition(text, Scope.REQUEST)) {
            case Reading.Accepted<Condition>(Condition tree) -> Asked.by(tree);
            case Reading.Refused<Condition> refused -> throw new AssertionError(refused.message());
        };
    }

    @Test
    void whatIsAskedForIsToldAsItIsSpelledOnceEach() {
        assertThat(asked(
                                "http.host eq \"a\" and (ssl or not http.host eq \"b\") xor http.request.headers[\"X-A\"][1] eq \"c\"")
                        .values()
                        .keySet())
                .containsExactly("http.host", "ssl", "http.request.headers[\"x-a\"][1]");
        assertThat(asked(
                                "any(lower(http.request.cookies[\"a\"][*])[*] in {\"b\"}) and len(concat(http.referer, \"x\")) gt 3")
                        .values()
                        .keySet())
                .containsExactly("http.request.cookies[\"a\"]", "http.referer");
    }

    @Test
    void fieldsAreThoseOfEveryPart() {
        assertThat(asked("any(split(http.referer, \",\", 3)[*] eq \"a\") or http.request.uri.args[\"x\"][0] eq \"b\"")
                        .fields())
                .containsExactlyInAnyOrder(RuleField.HTTP_REFERER, RuleField.HTTP_REQUEST_URI_ARGS);
        assertThat(asked("true").fields()).isEmpty();
    }

    @Test
    void valuesAreShownAsPeopleReadThem() {
        GivenFacts facts = new GivenFacts()
                .address(RuleField.IP_SRC, 192, 0, 2, 1)
                .pair(RuleField.HTTP_REQUEST_URI_ARGS, "a", "1")
                .pair(RuleField.HTTP_REQUEST_URI_ARGS, "a", "2");
        Asked asked = asked(
                "ip.src eq 192.0.2.1 and http.request.uri.args[\"a\"][1] eq \"2\" and any(http.request.uri.args[\"a\"][*] eq \"1\") and any(http.request.uri.args[\"b\"][*] eq \"1\")");
        assertThat(asked.values().values().stream().map(value -> String.valueOf(Asked.shown(value, facts))))
                .containsExactly("192.0.2.1", "2", "1, 2", "null");
    }
}
