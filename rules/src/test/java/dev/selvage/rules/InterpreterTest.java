package dev.selvage.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterpreterTest {
    private static final GivenFacts FACTS = new GivenFacts()
            .text(RuleField.HTTP_HOST, "www.example.com")
            .text(RuleField.HTTP_REQUEST_URI, "/images/Cat.JPG?b=2&a=1&b=3")
            .text(RuleField.HTTP_REQUEST_URI_PATH, "/images/Cat.JPG")
            .text(RuleField.HTTP_REQUEST_URI_PATH_EXTENSION, "jpg")
            .text(RuleField.HTTP_REQUEST_URI_QUERY, "b=2&a=1&b=3")
            .text(RuleField.HTTP_USER_AGENT, "%2541+%u0041")
            .text(RuleField.HTTP_COOKIE, "{\"user\":{\"ids\":[7,8],\"name\":\"Ann\"}}")
            .text(RuleField.CF_RANDOM_SEED, "0123456789abcdef")
            .address(RuleField.IP_SRC, 192, 0, 2, 77)
            .number(RuleField.CF_EDGE_SERVER_PORT, 443)
            .number(RuleField.SSL, 1)
            .number(RuleField.HTTP_REQUEST_TIMESTAMP_SEC, 1_700_000_100)
            .pair(RuleField.HTTP_REQUEST_URI_ARGS, "b", "2")
            .pair(RuleField.HTTP_REQUEST_URI_ARGS, "a", "1")
            .pair(RuleField.HTTP_REQUEST_URI_ARGS, "b", "3")
            .pair(RuleField.HTTP_REQUEST_HEADERS, "x-team", "Blue, Red")
            .element(RuleField.HTTP_REQUEST_HEADERS_NAMES, "host")
            .element(RuleField.HTTP_REQUEST_HEADERS_NAMES, "x-team");

    private static boolean met(String text) {
        return switch (Expressions.condition(text, Scope.REQUEST)) {
            case Reading.Accepted<Condition>(Condition tree) -> Interpreter.met(tree, FACTS);
            case Reading.Refused<Condition> refused -> throw new AssertionError(refused.message());
        };
    }

    private static @Nullable String text(String text) {
        return switch (Expressions.text(text, Scope.REQUEST)) {
            case Reading.Accepted<Value>(Value tree) -> Interpreter.text(tree, FACTS);
            case Reading.Refused<Value> refused -> throw new AssertionError(refused.message());
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "not false",
                "ssl",
                "not cf.client.bot",
                "http.host eq \"www.example.com\"",
                "http.host ne \"example.com\"",
                "http.host lt \"x\" and http.host ge \"www\"",
                "http.request.uri.path contains \"/Cat\"",
                "http.request.uri.path matches \"^/images/[A-Z][a-z]+\\.(JPG|PNG)$\"",
                "http.request.uri.path matches \"(?i)cat\"",
                "http.request.uri.path wildcard \"/IMAGES/*.jpg\"",
                "http.request.uri.path strict wildcard \"/images/*.JPG\"",
                "not http.request.uri.path strict wildcard \"/IMAGES/*\"",
                "not http.request.uri.path wildcard \"images/*\"",
                "http.request.uri.path.extension in {\"png\" \"jpg\"}",
                "cf.edge.server_port in {80 400..500}",
                "not cf.edge.server_port in {80 8443}",
                "cf.edge.server_port gt 442 and cf.edge.server_port le 443",
                "ip.src in {192.0.2.0/24}",
                "ip.src eq 192.0.2.77",
                "not ip.src in {2001:db8::/32 10.0.0.0/8}",
                "cidr(ip.src, 24, 64) eq 192.0.2.0",
                "true xor false",
                "not (true xor true)",
                "true xor true xor true",
                "http.request.uri.args[\"b\"][1] eq \"3\"",
                "not http.request.uri.args[\"b\"][2] eq \"3\"",
                "len(http.request.uri.args[\"b\"]) eq 2",
                "len(http.request.uri.args[\"a\"]) ge 0",
                "not len(http.request.uri.args[\"c\"]) ge 0",
                "any(http.request.uri.args[\"b\"][*] eq \"3\")",
                "not all(http.request.uri.args[\"b\"][*] eq \"3\")",
                "all(http.request.uri.args[\"b\"][*] in {\"2\" \"3\"})",
                "not any(http.request.uri.args[\"c\"][*] eq \"3\")",
                "not all(http.request.uri.args[\"c\"][*] eq \"3\")",
                "any(upper(http.request.headers.names[*])[*] eq \"X-TEAM\")",
                "any(starts_with(http.request.headers.names[*], \"x-\"))",
                "any(split(http.request.headers[\"x-team\"][0], \", \", 8)[*] eq \"Red\")",
                "len(http.host) eq 15",
                "starts_with(http.request.uri.path, \"/images/\") and ends_with(http.request.uri.path, \"JPG\")",
                "lookup_json_integer(http.cookie, \"user\", \"ids\", 1) eq 8",
                "lookup_json_string(http.cookie, \"user\", \"name\") eq \"Ann\"",
                "not lookup_json_string(http.cookie, \"user\", \"none\") eq \"Ann\"",
                "not http.referer eq \"\"",
                "not (http.referer ne \"x\")",
            })
    void whatHoldsIsMet(String text) {
        assertThat(met(text)).isTrue();
        assertThat(met("not (" + text + ")")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            lower(http.request.uri.path)                         | /images/cat.jpg
            upper(http.host)                                     | WWW.EXAMPLE.COM
            concat("/de", http.request.uri.path)                 | /de/images/Cat.JPG
            concat(http.host, ":", cf.edge.server_port, " ", ip.src) | www.example.com:443 192.0.2.77
            substring(http.host, 4)                              | example.com
            substring(http.host, -3)                             | com
            substring(http.host, 0, -4)                          | www.example
            substring(http.host, 0, 3)                           | www
            substring(http.host, 99)                             | ``
            url_decode(http.user_agent)                          | %41 %u0041
            url_decode(http.user_agent, "r")                     | A %u0041
            url_decode(http.user_agent, "ur")                    | A A
            remove_bytes(http.host, "w.")                        | examplecom
            to_string(cf.edge.server_port)                       | 443
            to_string(ssl)                                       | true
            to_string(ip.src)                                    | 192.0.2.77
            split(http.host, ".", 2)[1]                          | example.com
            join(split(http.host, ".", 3), "-")                  | www-example-com
            join(concat(split(http.host, ".", 2), "x"), "/")     | www/example.com/x
            join(upper(http.request.headers.names[*]), " ")      | HOST X-TEAM
            regex_replace(http.host, "^([^.]+)\\.", "${1}-$$")   | www-$example.com
            regex_replace(http.host, "none", "x")                | www.example.com
            wildcard_replace(http.request.uri.path, "/IMAGES/*.jpg", "/i/${1}") | /i/Cat
            wildcard_replace(http.request.uri.path, "/IMAGES/*.jpg", "/i/${1}", "s") | /images/Cat.JPG
            remove_query_args(http.request.uri.query, "b")       | a=1
            remove_query_args(http.request.uri.query, "a", "x")  | b=2&b=3
            decode_base64(encode_base64(http.host))              | www.example.com
            encode_base64(http.host, "up")                       | d3d3LmV4YW1wbGUuY29t
            encode_base64(sha256(http.host), "u")                | gPwPuSZtt7g_hYUPoOZUi21w7mjItbQS8d7qbr3vBAQ
            uuidv4(cf.random_seed)                               | 30313233-3435-4637-b839-616263646566
            """)
    void functionsComeToTheirValues(String text, String value) {
        assertThat(text(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http.referer", "http.request.uri.args[\"c\"][0]", "decode_base64(http.host)"})
    void whatTheRequestLacksComesToNothing(String text) {
        assertThat(text(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1700000000,100,true", "1700000000,99,false", "1700000200,100,false"})
    void aSignedUrlIsValidForItsTime(long issued, int ttl, boolean valid) throws Exception {
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec("secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signature = mac.doFinal(("/film.mp4" + issued).getBytes(StandardCharsets.UTF_8));
        String base64 = java.util.Base64.getEncoder().encodeToString(signature);
        String escaped = base64.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");
        for (String signed : new String[] {
            "/film.mp4?v=" + issued + "-" + escaped, "/film.mp4?v=" + issued + "-" + base64.replace("=", "")
        }) {
            FACTS.text(RuleField.HTTP_REFERER, signed);
            String call =
                    "is_timed_hmac_valid_v0(\"secret\", http.referer, " + ttl + ", http.request.timestamp.sec, 3)";
            assertThat(met(call)).isEqualTo(valid);
            assertThat(met(call.replace("secret", "other"))).isFalse();
        }
        FACTS.text(
                RuleField.HTTP_REFERER,
                "/film.mp4" + issued + "-" + java.util.Base64.getUrlEncoder().encodeToString(signature));
        assertThat(met("is_timed_hmac_valid_v0(\"secret\", http.referer, " + ttl
                        + ", http.request.timestamp.sec, 0, \"s\")"))
                .isEqualTo(valid);
    }
}
