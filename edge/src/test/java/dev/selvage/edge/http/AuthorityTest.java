package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
    private static int port(String authority) {
        byte[] bytes = ("##" + authority + "##").getBytes(StandardCharsets.ISO_8859_1);
        return Authority.port(bytes, 2, bytes.length - 4);
    }

    @ParameterizedTest
    @CsvSource({
        "site.example,              site.example,   0",
        "Site.Example,              site.example,   0",
        "site.example.,             site.example,   0",
        "site.example:80,           site.example,   80",
        "SITE.example.:65535,       site.example,   65535",
        "site.example:,             site.example,   0",
        "site.example:00080,        site.example,   80",
        "localhost:1,               localhost,      1",
        "my_site.example,           my_site.example, 0",
        "-a-.example,               -a-.example,    0",
        "xn--bcher-kva.example,     xn--bcher-kva.example, 0",
        "127.0.0.1:8080,            127.0.0.1,      8080",
        "[2001:DB8::1],             [2001:db8::1],  0",
        "[2001:db8:0:0::1]:8080,    [2001:db8::1],  8080",
        "[::1]:,                    [::1],          0",
        "[::],                      [::],           0",
        "[::ffff:192.0.2.1]:1,      [::ffff:c000:201], 1",
        "7,                         7,              0",
    })
    void anAuthorityIsAHostAndPerhapsAPort(String authority, String host, int port) {
        assertThat(port(authority)).isEqualTo(port);
        assertThat(Authority.host(authority)).contains(host);
        assertThat(Authority.host(host)).as("once is enough").contains(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".example",
                "a..example",
                "site.example..",
                ":80",
                ".:80",
                "site.example:65536",
                "site.example:99999",
                "site.example:123456",
                "site.example:0",
                "site.example:-1",
                "site.example:+1",
                "site.example:8o",
                "site.example:80:80",
                "site.example: 80",
                "site.example :80",
                "site example",
                "a,b",
                "site.example,",
                "user@site.example",
                "user:password@site.example",
                "site.example/",
                "site.example/x",
                "site.example?x",
                "site.example#x",
                "site.example\\x",
                "site.example;x",
                "site%2Eexample",
                "site.example%00",
                "caf\u00e9.example",
                "*.example",
                "'a'",
                "\"a\"",
                "<a>",
                "a\tb",
                "2001:db8::1",
                "::1",
                "[",
                "[]",
                "[]:80",
                "[::1",
                "[::1]80",
                "[::1]x",
                "[::1]:80x",
                "[::1]]",
                "[[::1]]",
                "x[::1]",
                "[1::2::3]",
                "[12345::]",
                "[::g]",
                "[127.0.0.1]",
                "[v1.x]",
                "[fe80::1%eth0]",
                "[fe80::1%25eth0]"
            })
    void nothingElseIsOne(String authority) {
        assertThat(port(authority)).isNegative();
        assertThat(Authority.host(authority)).isEmpty();
    }

    @Test
    void namesAreAsLongAsTheDomainNameSystemAllows() {
        String label = "a".repeat(63);
        String name = String.join(".", label, label, label, "a".repeat(61));
        assertThat(name).hasSize(253);
        assertThat(port(name)).isZero();
        assertThat(port(name + ".")).isZero();
        assertThat(port(name + ".:8080")).isEqualTo(8080);
        assertThat(port(name + "a")).isNegative();
        assertThat(port(label + "a.example")).isNegative();
        assertThat(port("example." + label + "a")).isNegative();
        assertThat(port("example." + label + "a:80")).isNegative();
    }

    @Test
    void lettersBeyondAsciiAreNoHost() {
        assertThat(Authority.host("\u0173ite.example")).isEmpty();
        assertThat(Authority.host("site\uff0eexample")).isEmpty();
    }
}
