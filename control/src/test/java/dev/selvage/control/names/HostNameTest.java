package dev.selvage.control.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.names.HostName.Host;
import dev.selvage.control.names.HostName.Wrong;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "Example.COM., example.com",
        "localhost, localhost",
        "_dmarc.example.com, _dmarc.example.com",
        "a--b.example, a--b.example",
        "r3---sn.example, r3---sn.example",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example, xn--bcher-kva.example",
        "bu\u0308cher.example, xn--bcher-kva.example",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "XN--BCHER-KVA.example, xn--bcher-kva.example",
        "straße.example, xn--strae-oqa.example",
        "STRASSE.example, strasse.example",
        "faß.de, xn--fa-hia.de",
        "βόλος.com, xn--nxasmm1c.com",
        "例え.テスト, xn--r8jz45g.xn--zckzah",
        "例え。テスト, xn--r8jz45g.xn--zckzah",
        "ｅｘａｍｐｌｅ．ｃｏｍ, example.com",
        "пример.испытание, xn--e1afmkfd.xn--80akhbyknj4f",
        "실례.테스트, xn--9n2bp8q.xn--9t4b11yi5a",
        "مثال.إختبار, xn--mgbh0fb.xn--kgbechtv",
        "i❤.ws, xn--i-7iq.ws",
        "i❤\uFE0F.ws, xn--i-7iq.ws",
        "l·l.example, xn--ll-0ea.example",
    })
    void aNameComesOutInLowerCasePunycode(String text, String name) {
        assertThat(HostName.of(text)).contains(name);
        assertThat(HostName.of(name)).as("canonical names are stable").contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a..b",
                ".a",
                "-a.example",
                "a-.example",
                "a b.example",
                "a/b.example",
                "*.example",
                "a.*.example",
                "a\u0000b.example",
                "a\nb.example",
                "exa\u200Bmple.com",
                "exa\u200Dmple.com",
                "exa\u200Cmple.com",
                "exa\u00ADmple.com",
                "exa\u2060mple.com",
                "exa\u202Emple.com",
                "exa\u2066mple.com",
                "exa\uFEFFmple.com",
                "exa\u115Fmple.com",
                "exa\u3164mple.com",
                "exa\u2800mple.com",
                "exa\uDB40\uDC41mple.com",
                "a\u2044b.example",
                "a\u2215b.example",
                "a\u2571b.example",
                "a\u2488b.example",
                "\u2100.example",
                "\u0301a.example",
                "a\uD800b.example",
                "a\uE000b.example",
                "a\u0378b.example",
                "אa.example",
                "a1אb.example",
                "xn--.example",
                "xn--a.example",
                "xn--abc-.example",
                "xn--99999999999.example",
                "xn--bcher-kvA\u00FC.example",
                // An upper-case letter, a zero-width joiner and plain ASCII in punycode.
                "xn--bcher-2pa.example",
                "xn--example-j06c.example",
                "xn--example-2z6c.example",
                "xn--exa-pt0a.example",
                "xn--x-6q0i.example",
                "xn--example-.example",
            })
    void whatCannotBeANameIsRefused(String text) {
        assertThat(HostName.of(text)).isEmpty();
        assertThat(HostName.read(text, false)).isInstanceOf(Wrong.class);
    }

    @Test
    void namesAndLabelsHaveTheirBounds() {
        String label = "a".repeat(63);
        assertThat(HostName.of(label + ".example")).isPresent();
        assertThat(HostName.read("a".repeat(64) + ".example", false))
                .isEqualTo(new Wrong("a label has 64 characters; at most 63 are allowed"));
        String longest = (label + ".").repeat(3) + "a".repeat(61);
        assertThat(longest).hasSize(253);
        assertThat(HostName.of(longest)).contains(longest);
        assertThat(HostName.of(longest + ".")).contains(longest);
        assertThat(HostName.of(longest + "a")).isEmpty();
        assertThat(HostName.of("ü".repeat(60) + ".example")).isEmpty();
        assertThat(HostName.of("\u4E00".repeat(250))).isEmpty();
    }

    @Test
    void onlyTheFirstLabelCanBeAStar() {
        assertThat(HostName.read("*.Example.com", true)).isEqualTo(new Host("*.example.com"));
        assertThat(HostName.orWildcard("*")).contains("*");
        assertThat(HostName.orWildcard("a.*.example.com")).isEmpty();
        assertThat(HostName.orWildcard("**.example.com")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "аpple.com, true",
        "pаypal.com, true",
        "аррӏе.com, true",
        "xn--80ak6aa92e.com, true",
        "goοgle.com, true",
        "www.рау.example, true",
        "apple.com, false",
        "bücher.example, false",
        "яндекс.рф, false",
        "пример.com, false",
        "βόλος.com, false",
        "例えabc.jp, false",
        "한글abc.kr, false",
        "i❤.ws, false",
    })
    void whatCanBeMistakenIsNamed(String text, boolean mistakable) {
        String name = HostName.of(text).orElseThrow();
        assertThat(HostName.lookAlike(name).isPresent()).isEqualTo(mistakable);
    }

    @Test
    void punycodeRoundTrips() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder label = new StringBuilder();
            int length = 1 + random.nextInt(12);
            for (int j = 0; j < length; j++) {
                label.appendCodePoint(random.nextBoolean() ? 'a' + random.nextInt(26) : point(random));
            }
            label.appendCodePoint(0xFC);
            Optional<String> encoded = Punycode.encode(label.toString());
            encoded.ifPresent(text -> assertThat(Punycode.decode(text)).contains(label.toString()));
        }
    }

    @Test
    void anyTextIsReadOrRefused() {
        Random random = new Random(11);
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "xn--" : "");
            int length = random.nextInt(40);
            for (int j = 0; j < length; j++) {
                switch (random.nextInt(4)) {
                    case 0 -> text.appendCodePoint(random.nextInt(0x110000));
                    case 1 -> text.append((char) random.nextInt(0x3000));
                    case 2 -> text.append("abcxyz0123-_.*".charAt(random.nextInt(14)));
                    default -> text.append((char) ('a' + random.nextInt(26)));
                }
            }
            HostName.orWildcard(text.toString()).ifPresent(name -> {
                assertThat(name).hasSizeLessThanOrEqualTo(253).isEqualTo(name.toLowerCase(java.util.Locale.ROOT));
                assertThat(name.chars().allMatch(c -> c > 32 && c < 127)).isTrue();
                assertThat(HostName.orWildcard(name)).contains(name);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, true",
        "0.0.0.0, true",
        "255.255.255.255, true",
        "256.0.0.1, false",
        "1.2.3, false",
        "1.2.3.4.5, false",
        "1.2.3.4., false",
        ".1.2.3.4, false",
        "01.2.3.4, false",
        "1.2.3.a, false",
        "1..3.4, false",
        "0x1.2.3.4, false",
    })
    void ipv4IsFourNumbers(String text, boolean address) {
        assertThat(HostName.isIpv4(text)).isEqualTo(address);
    }

    private static int point(Random random) {
        int point = 128 + random.nextInt(0x10FF00);
        return point >= 0xD800 && point <= 0xDFFF ? 0x4E00 : point;
    }
}
