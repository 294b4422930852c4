package dev.selvage.control.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.dns.ZoneFileReader.Content;
import dev.selvage.control.dns.ZoneFileReader.Entry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZoneFileReaderTest {
    @Test
    void everythingThatTheStandardWritesIsRead() {
        Content content = read("""
                ; a comment of the file
                $ORIGIN example.com.
                $TTL 1h
                @   IN SOA ns1.example.com. host\\.master.example.com. (
                        2026010101 ; serial
                        7200 3600 1209600 300 )
                    NS  ns1
                    NS  ns2.example.net.
                www 300 IN A 192.0.2.1
                    IN 600 A 192.0.2.2 ; second
                    AAAA 2001:db8::1
                mail MX 10 mail
                \tMX 20 @
                $ORIGIN sub
                a\t1d\tCNAME\tb
                *  CNAME ..  ; wrong
                $ORIGIN example.com.
                txt TXT "one \\"two\\"" three "f\\195\\188r;(x)" ( "more"
                    "lines" ) ; remark
                caa CAA 0 issue "ca.example.net; x=1"
                _s._tcp SRV 1 2 3 target
                _u URI 1 2 "https://example.net/?a=1"
                h HTTPS 1 . alpn="h3,h2" port=8443
                loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
                short LOC 52 N 4 53 E 3
                key OPENPGPKEY ( dGVz
                   dA== )
                """);
        assertThat(content.errors()).isEmpty();
        assertThat(content.entries().stream().map(ZoneFileReaderTest::text))
                .containsExactly(
                        "7 NS example.com. 3600 ns1.example.com",
                        "8 NS example.com. 3600 ns2.example.net",
                        "9 A www.example.com. 300 192.0.2.1",
                        "10 A www.example.com. 600 192.0.2.2 ;second",
                        "11 AAAA www.example.com. 3600 2001:db8::1",
                        "12 MX mail.example.com. 3600 mail.example.com",
                        "13 MX mail.example.com. 3600 example.com",
                        "15 CNAME a.sub.example.com. 86400 b.sub.example.com",
                        "16 CNAME *.sub.example.com. 3600 . ;wrong",
                        "18 TXT txt.example.com. 3600 \"one \\\"two\\\"\" \"three\" \"f\\195\\188r;(x)\" \"more\" \"lines\""
                                + " ;remark",
                        "20 CAA caa.example.com. 3600"
                                + " {\"flags\":0,\"tag\":\"issue\",\"value\":\"ca.example.net; x=1\"}",
                        "21 SRV _s._tcp.example.com. 3600"
                                + " {\"priority\":1,\"weight\":2,\"port\":3,\"target\":\"target.example.com\"}",
                        "22 URI _u.example.com. 3600 {\"weight\":2,\"target\":\"https://example.net/?a=1\"}",
                        "23 HTTPS h.example.com. 3600"
                                + " {\"priority\":1,\"target\":\".\",\"value\":\"alpn=\\\"h3,h2\\\" port=8443\"}",
                        "24 LOC loc.example.com. 3600 {\"lat_degrees\":52,\"lat_minutes\":22,\"lat_seconds\":23,"
                                + "\"lat_direction\":\"N\",\"long_degrees\":4,\"long_minutes\":53,\"long_seconds\":32,"
                                + "\"long_direction\":\"E\",\"altitude\":-2,\"size\":0,\"precision_horz\":10000,"
                                + "\"precision_vert\":10}",
                        "25 LOC short.example.com. 3600 {\"lat_degrees\":52,\"lat_direction\":\"N\",\"long_degrees\":4,"
                                + "\"long_minutes\":53,\"long_direction\":\"E\",\"altitude\":3,\"size\":1.0,"
                                + "\"precision_horz\":10000.0,\"precision_vert\":10.0}",
                        "26 OPENPGPKEY key.example.com. 3600 dGVzdA==");
    }

    @Test
    void linesEndInEveryWay() {
        for (String end : List.of("\n", "\r\n", "\r")) {
            Content content = read(String.join(end, "\uFEFFa 60 A 192.0.2.1", "", "b A 192.0.2.2 ; two", "c A x"));
            assertThat(content.entries().stream().map(ZoneFileReaderTest::text))
                    .containsExactly(
                            "1 A a.example.com. 60 192.0.2.1",
                            "3 A b.example.com. 60 192.0.2.2 ;two",
                            "4 A c.example.com. 60 x");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a A 192.0.2.1 ; simple example cf_tags=important,ticket:THIS-12345 | simple example | [\"important\",\"ticket:THIS-12345\"] | false",
                "a A 192.0.2.1 ;   cf_tags=awesome | '' | [\"awesome\"] | false",
                "a A 192.0.2.1 ; cf_tags=tag1,tag2:value2,tag3:\"value,with,commas\",tag4:\"with \\\"quotes\\\"\" | '' | [\"tag1\",\"tag2:value2\",\"tag3:value,with,commas\",\"tag4:with \\\"quotes\\\"\"] | false",
                "a A 192.0.2.1 ; just a comment without tags | just a comment without tags | '' | false",
                "a A 192.0.2.1 ; this comment contains cf_tags= as text cf_tags= | this comment contains cf_tags= as text | '' | false",
                "a A 192.0.2.1 ; cf_tags=cf-proxied:true | '' | '' | true",
                "a A 192.0.2.1 ;x cf_tags=cf-proxied:false,test:1 | x | [\"test:1\"] | false",
                "a A 192.0.2.1;nocf_tags=x | nocf_tags=x | '' | false",
                "a A 192.0.2.1 | '' | '' | false",
            })
    void aRecordsCommentCarriesItsAttributes(String line, String comment, String tags, boolean proxied) {
        Content content = read(line);
        assertThat(content.errors()).isEmpty();
        var body = content.entries().getFirst().body();
        assertThat(body.path("comment").asString("")).isEqualTo(comment.replace("''", ""));
        assertThat(body.has("tags") ? body.get("tags").toString() : "").isEqualTo(tags.replace("''", ""));
        assertThat(body.get("proxied").booleanValue()).isEqualTo(proxied);
    }

    @Test
    void theFilesOwnWordOnProxyingCountsFirst() {
        Content content = ZoneFileReader.read(
                "a A 192.0.2.1 ; cf_tags=cf-proxied:false\nb A 192.0.2.1\nc TXT x\n", "example.com", true);
        assertThat(content.entries().stream()
                        .map(it -> it.body().path("proxied").asString("none")))
                .containsExactly("false", "true", "none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a A ( 192.0.2.1 | line 2: a parenthesis is never closed",
                "a A 192.0.2.1 ) | line 2: a parenthesis closes none",
                "a A ( ( 192.0.2.1 ) | line 2: a parenthesis opens within another",
                "a TXT \"open | line 2: a quote does not end in its line",
                "a TXT open\" | line 2: a quote does not end in its line",
                "a TXT \"\\999\" | line 2: a string has a broken escape",
                "$INCLUDE other.zone | line 2: $INCLUDE directive not allowed",
                "$GENERATE 1-9 a$ A 192.0.2.$ | line 2: $GENERATE directive not allowed",
                "$TTL | line 2: $TTL takes one value",
                "$TTL x | line 2: $TTL takes a number",
                "$TTL 1x | line 2: \"1x\" is not a time to live",
                "a 99999999999 A 192.0.2.1 | line 2: \"99999999999\" is longer",
                "a CH A 192.0.2.1 | line 2: only records of class IN",
                "a IN | line 2: expected the type",
                "a DNAME b | line 2: records of type \"DNAME\" are not kept",
                "a TYPE65 \\# 0 | line 2: records of type \"TYPE65\" are not kept",
                "a A | line 2: expected the data",
                "a A 192.0.2.1 192.0.2.2 | line 2: a record of type A has one value, not 2",
                "a MX mail | line 2: expected",
                "a SRV 1 2 3 | line 2: that is not the data of a record of type SRV",
                "a SRV 1 2 3 t more | line 2: that is not the data of a record of type SRV",
                "a CNAME \"b\" | line 2: the data of a record of type CNAME is not written in quotes",
                "\"a\" A 192.0.2.1 | line 2: expected a name",
                "a A 192.0.2.1 ; cf_tags=x:\"open | line 2: a tag's value has a quote that does not end",
                "a A 192.0.2.1 ; cf_tags=x:\"\\q\" | line 2: a tag's value in quotes is not a JSON string",
                "a A 192.0.2.1 ; cf_tags=cf-proxied:maybe | line 2: cf-proxied is true or false",
            })
    void whatIsWrongIsSaidWithItsLine(String line, String error) {
        Content content = read("ok A 192.0.2.1\n" + line + "\n");
        assertThat(content.errors()).hasSize(1);
        assertThat(content.errors().getFirst().message()).startsWith(error);
    }

    @Test
    void theFirstLineThatIsNotUtf8IsFound() {
        byte[] file = "a A 192.0.2.1 ; ü\nb A 192.0.2.1\nc TXT ?\nd".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < file.length; i++) {
            if (file[i] == '?') {
                file[i] = (byte) 0xFC;
            }
        }
        assertThat(ZoneFileReader.firstLineNotUtf8(file)).isEqualTo(3);
    }

    @Test
    void aBlankNeedsARecordBefore() {
        assertThat(read("  A 192.0.2.1\n").errors().getFirst().message()).startsWith("line 1: ");
    }

    @Test
    void timesToLiveAreBroughtWithinTheBounds() {
        Content content = read("a 0 A 192.0.2.1\nb 1 A 192.0.2.1\nc 2w A 192.0.2.1\nd 1h30m A 192.0.2.1\n");
        assertThat(content.entries().stream().map(it -> it.body().get("ttl").intValue()))
                .containsExactly(30, 1, 86_400, 5_400);
        assertThat(content.clamped()).isEqualTo(2);
    }

    @Test
    void aFileIsBounded() {
        assertThat(read("a A 192.0.2.1\n".repeat(3_501)).errors().getFirst().message())
                .isEqualTo("line 3501: a file has at most 3500 records");
        assertThat(read("a A\n".repeat(100_000)).errors()).hasSize(50);
        assertThat(read("a TXT" + " x".repeat(1_001) + "\n").errors().getFirst().message())
                .startsWith("line 1: it has more than 1000 parts");
        assertThat(read("$ORIGIN a\n".repeat(2_000)).errors().getFirst().message())
                .endsWith("the name is too long");
    }

    /// Whatever a file holds, it is read or refused, and in time that grows with its length alone.
    @Test
    void noFileBreaksTheReader() {
        Random random = new Random(42);
        String[] words = {
            "a", "@", "*", "$ORIGIN", "$TTL", "IN", "CH", "A", "AAAA", "TXT", "MX", "SRV", "CAA", "LOC", "HTTPS",
            "NAPTR", "192.0.2.1", "example.net.", ".", "\"", "\\", "\\1", "\\012", "(", ")", ";", " ", "\t", "\n", "\r",
            "\r\n", "60", "1h", "99999999999", "cf_tags=", "x:\"y\"", "\u0000", "\uD800", "ü", "alpn=\"h2\"", "\"a b\""
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder file = new StringBuilder();
            for (int j = random.nextInt(60); j > 0; j--) {
                file.append(words[random.nextInt(words.length)]).append(random.nextBoolean() ? " " : "");
            }
            Content content = read(file.toString());
            for (Entry entry : content.entries()) {
                assertThat(entry.line()).isPositive();
                assertThat(entry.body().get("name").asString()).endsWith(".");
            }
        }
        String hostile = "(\n".repeat(1) + "\"\n".repeat(200_000) + "\\".repeat(200_000) + ";".repeat(200_000);
        assertThat(read(hostile).errors()).isNotEmpty();
        assertThat(read("\\\n".repeat(300_000)).errors()).hasSize(50);
    }

    private static Content read(String text) {
        return ZoneFileReader.read(text, "example.com", false);
    }

    private static String text(Entry entry) {
        var body = entry.body();
        String data = body.has("data")
                ? body.get("data").toString()
                : body.get("content").asString();
        return entry.line() + " " + body.get("type").asString() + " "
                + body.get("name").asString() + " "
                + body.get("ttl").intValue() + " " + data
                + (body.has("comment") ? " ;" + body.get("comment").asString() : "");
    }
}
