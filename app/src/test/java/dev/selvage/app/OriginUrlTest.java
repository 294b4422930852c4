package dev.selvage.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://example.com, http://example.com, example.com, 80",
        "HTTP://Example.COM/, http://example.com, example.com, 80",
        "http://example.com:80, http://example.com, example.com, 80",
        "https://example.com, https://example.com, example.com, 443",
        "https://example.com:8443, https://example.com:8443, example.com, 8443",
        "http://192.0.2.7:8000, http://192.0.2.7:8000, 192.0.2.7, 8000",
        "http://[2001:DB8::1]:8000, http://[2001:db8::1]:8000, 2001:db8::1, 8000",
        "http://[::1], http://[::1], ::1, 80",
        "http://my_app.internal, http://my_app.internal, my_app.internal, 80",
        "http://bücher.example, http://xn--bcher-kva.example, xn--bcher-kva.example, 80",
        "http://localhost:3000/, http://localhost:3000, localhost, 3000",
    })
    void aSiteIsSchemeHostAndPort(String text, String shown, String host, int port) {
        OriginUrl url = accepted(text);

        assertThat(url).hasToString(shown);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.tls()).isEqualTo(shown.startsWith("https"));
        assertThat(shown).endsWith(url.authority());
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, has no scheme; expected something like http://example.com",
        "example.com:8000, has no scheme; expected something like http://example.com:8000",
        "nonsense here, holds blanks or is too long",
        "ftp://example.com, 'has the scheme ftp, which no origin speaks'",
        "file:///etc/passwd, has the scheme file",
        "http://, has no host name",
        "http:///x, has a path",
        "http://example.com/shop, has a path",
        "http://example.com?x=1, has a query or a fragment; expected something like http://example.com",
        "http://example.com/#top, has a query or a fragment",
        "http://example.com:0, has a port that is not from 1 to 65535",
        "http://example.com:65536, has a port that is not from 1 to 65535",
        "http://example.com:, has a port that is not from 1 to 65535",
        "http://example.com:80:80, has no host name",
        "http://exa mple.com, holds blanks",
        "http://-x-.com, has no host name that can exist",
        "http://a..b, has no host name that can exist",
        "http://256.1.1.1, has no host name that can exist",
        "http://1.2.3, has no host name that can exist",
        "http://[::1, has no host name",
        "http://[zz]:80, has no host name",
        "http://[:::::], has no host name that can exist",
    })
    void whatIsNoSiteIsRefusedWithWhatWouldBeRight(String text, String reason) {
        assertThat(refused(text))
                .startsWith("the origin URL ")
                .contains(reason)
                .contains("expected something like http");
    }

    @Test
    void credentialsAreRefusedAndNotRepeated() {
        assertThat(refused("http://user:secret@example.com/"))
                .contains("holds credentials")
                .contains("http://example.com")
                .doesNotContain("secret");
        assertThat(refused("http://user:sec/ret@example.com")).doesNotContain("ret@");
    }

    @Test
    void anEndlessUrlIsRefused() {
        assertThat(refused("http://" + "a".repeat(100_000))).contains("too long");
    }

    private static OriginUrl accepted(String text) {
        return switch (OriginUrl.parse(text)) {
            case OriginUrl.Accepted(OriginUrl url) -> url;
            case OriginUrl.Refused(String message) -> throw new AssertionError(message);
        };
    }

    private static String refused(String text) {
        return switch (OriginUrl.parse(text)) {
            case OriginUrl.Accepted(OriginUrl url) -> throw new AssertionError("accepted as " + url);
            case OriginUrl.Refused(String message) -> message;
        };
    }
}
