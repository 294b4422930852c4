package dev.selvage.edge.coding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9110 section 12.5.3.
class AcceptEncodingTest {
    private static final int ALL = Coding.GZIP.bit() | Coding.BROTLI.bit() | Coding.ZSTD.bit();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // What browsers and tools send.
                "gzip, deflate, br, zstd            | gzip, br, zstd",
                "gzip, deflate, br                  | gzip, br",
                "gzip, deflate                      | gzip",
                "br,gzip                            | gzip, br",
                "gzip;q=0.9, br                     | gzip, br",
                "identity                           | identity",
                "``                                 | identity",
                "deflate                            | identity",
                "*                                  | gzip, br, zstd",
                // Weights.
                "gzip;q=0                           | identity",
                "gzip;q=0.000, br                   | br",
                "gzip;q=0.001                       | gzip",
                "gzip;q=1.000                       | gzip",
                "*;q=0                              | identity;q=0",
                "*;q=0, gzip                        | gzip, identity;q=0",
                "gzip, *;q=0, identity              | gzip",
                "*, gzip;q=0                        | br, zstd",
                "identity;q=0, br                   | br, identity;q=0",
                "identity;q=0                       | identity;q=0",
                "*;q=0.5, identity;q=0, zstd;q=0    | gzip, br, identity;q=0",
                // Spelling.
                "GZIP, Br                           | gzip, br",
                "x-gzip                             | gzip",
                "X-GZip;Q=0.5                       | gzip",
                "gzip ; q=0.5                       | gzip",
                "gzip;\tq=0.5                       | gzip",
                ",, gzip ,,,br,                     | gzip, br",
                // What is not a coding with a weight is ignored.
                "gzip;q=2                           | identity",
                "gzip;q=1.001                       | identity",
                "gzip;q=0.1234                      | identity",
                "gzip;q=-1                          | identity",
                "gzip;q=.5                          | identity",
                "gzip;q=05                          | identity",
                "gzip;q=                            | identity",
                "gzip;q                             | identity",
                "gzip;                              | identity",
                "gzip;q=0.5;x=1                     | identity",
                "gzip;x=1                           | identity",
                "gzip q=0.5                         | identity",
                "gzip;q =0.5                        | identity",
                "gzip;q=0.5 x                       | identity",
                "\"gzip\"                           | identity",
                "gzipp, zgzip, b, brr, zst          | identity",
                "gzip;q=NaN, br;q=1e0               | identity",
                // Named twice: not to compress is never wrong.
                "gzip, gzip;q=0                     | identity",
                "gzip;q=0, gzip                     | identity",
                "x-gzip;q=0, gzip                   | identity",
            })
    void everySpellingOfTheSameHasOneNormalForm(String field, String normal) {
        assertThat(AcceptEncoding.normal(AcceptEncoding.parse(field))).isEqualTo(normal);
    }

    @Test
    void aVisitorWithoutTheFieldGetsNoCoding() {
        long accept = AcceptEncoding.parse(null);
        assertThat(accept).isEqualTo(AcceptEncoding.ABSENT);
        assertThat(AcceptEncoding.normal(accept)).isNull();
        assertThat(AcceptEncoding.best(accept, ALL, true)).isNull();
        assertThat(AcceptEncoding.acceptsIdentity(accept)).isTrue();
        for (Coding coding : Coding.values()) {
            assertThat(AcceptEncoding.accepts(accept, coding)).isFalse();
        }
    }

    @Test
    void theNormalFormIsItsOwnNormalForm() {
        for (String field : List.of("br, zstd, gzip", "*;q=0", "identity;q=0, zstd", "identity", "gzip")) {
            String normal = AcceptEncoding.normal(AcceptEncoding.parse(field));
            assertThat(AcceptEncoding.normal(AcceptEncoding.parse(normal))).isEqualTo(normal);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd | BROTLI | ZSTD",
                "gzip, br                | BROTLI | BROTLI",
                "gzip, zstd              | ZSTD   | ZSTD",
                "gzip                    | GZIP   | GZIP",
                "gzip, br;q=0.9          | GZIP   | GZIP",
                "gzip;q=0.5, br;q=0.5    | BROTLI | BROTLI",
                "zstd;q=0.1, br;q=0.2    | BROTLI | BROTLI",
                "*                       | GZIP   | GZIP",
                "*, br;q=0.5             | GZIP   | GZIP",
                "*;q=0.1, br;q=0.5       | BROTLI | BROTLI",
                "*, gzip;q=0             |        |",
                "identity, gzip;q=0.5    |        |",
                "identity;q=0.5, gzip    | GZIP   | GZIP",
                "identity, gzip          | GZIP   | GZIP",
                "deflate                 |        |",
                "*;q=0                   |        |",
            })
    void weightsDecideThenTheEdge(String field, @Nullable Coding kept, @Nullable Coding passing) {
        long accept = AcceptEncoding.parse(field);
        assertThat(AcceptEncoding.best(accept, ALL, true)).isEqualTo(kept);
        assertThat(AcceptEncoding.best(accept, ALL, false)).isEqualTo(passing);
    }

    @Test
    void whatCannotBeUsedIsNotChosen() {
        long accept = AcceptEncoding.parse("gzip, br, zstd");
        assertThat(AcceptEncoding.best(accept, Coding.GZIP.bit(), true)).isEqualTo(Coding.GZIP);
        assertThat(AcceptEncoding.best(accept, Coding.GZIP.bit() | Coding.ZSTD.bit(), true))
                .isEqualTo(Coding.ZSTD);
        assertThat(AcceptEncoding.best(accept, 0, true)).isNull();
    }

    @Test
    void severalLinesAreOneField() {
        byte[] lines = "xxgzip;q=0.5yyyidentity;q=0, brz".getBytes(StandardCharsets.US_ASCII);
        long accept = AcceptEncoding.with(AcceptEncoding.ABSENT, lines, 2, 10);
        accept = AcceptEncoding.with(accept, lines, 15, 16);
        assertThat(accept).isEqualTo(AcceptEncoding.parse("gzip;q=0.5, identity;q=0, br"));
        assertThat(AcceptEncoding.with(AcceptEncoding.ABSENT, lines, 0, 0)).isNotEqualTo(AcceptEncoding.ABSENT);
    }

    /// Against an oracle with maps and decimals.
    @Test
    void itAgreesWithASimpleReading() {
        Random random = new Random(2_110);
        List<String> names =
                List.of("gzip", "x-gzip", "br", "zstd", "identity", "*", "deflate", "GZip", "bR", "", "gzi", "zstdd");
        List<String> weights = List.of(
                "",
                ";q=1",
                ";q=0",
                ";q=0.5",
                "; q=0.250",
                " ;q=1.0",
                ";Q=0.3",
                ";q=1.1",
                ";q=x",
                ";a=b",
                ";q=0.",
                ";q=0.0001",
                ";q=0.999");
        for (int round = 0; round < 20_000; round++) {
            List<String> members = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                members.add(names.get(random.nextInt(names.size())) + weights.get(random.nextInt(weights.size())));
            }
            String field = String.join(random.nextBoolean() ? "," : " ,\t", members);
            Oracle oracle = new Oracle(field);
            long accept = AcceptEncoding.parse(field);
            int usable = random.nextInt(ALL + 1);
            boolean kept = random.nextBoolean();
            for (Coding coding : Coding.values()) {
                assertThat(AcceptEncoding.accepts(accept, coding))
                        .as(coding + " by " + field)
                        .isEqualTo(oracle.weight(coding.token()) > 0);
            }
            assertThat(AcceptEncoding.acceptsIdentity(accept)).as(field).isEqualTo(oracle.identity());
            assertThat(AcceptEncoding.best(accept, usable, kept)).as(field).isEqualTo(oracle.best(usable, kept));
            Collections.shuffle(members, random);
            assertThat(AcceptEncoding.parse(String.join(", ", members)))
                    .as("order of " + field)
                    .isEqualTo(accept);
        }
    }

    private static final class Oracle {
        private final Map<String, Double> weights = new HashMap<>();

        Oracle(String field) {
            for (String member : field.split(",", -1)) {
                String[] parts = member.strip().split(";", -1);
                String name = parts[0].strip().toLowerCase(Locale.ROOT).replace("x-gzip", "gzip");
                double weight = 1;
                if (parts.length == 2) {
                    String text = parts[1].strip().toLowerCase(Locale.ROOT);
                    if (!text.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
                        continue;
                    }
                    weight = Double.parseDouble(text.substring(2));
                } else if (parts.length > 2) {
                    continue;
                }
                weights.merge(name, weight, Math::min);
            }
        }

        double weight(String token) {
            return weights.getOrDefault(token, weights.getOrDefault("*", 0.0));
        }

        boolean identity() {
            return weights.getOrDefault("identity", weights.getOrDefault("*", 1.0)) > 0;
        }

        @Nullable
        Coding best(int usable, boolean kept) {
            List<Coding> order = kept
                    ? List.of(Coding.BROTLI, Coding.ZSTD, Coding.GZIP)
                    : List.of(Coding.ZSTD, Coding.BROTLI, Coding.GZIP);
            Coding best = null;
            double most = 0;
            for (Coding coding : order) {
                boolean named = weights.containsKey(coding.token()) || coding == Coding.GZIP;
                double weight = weight(coding.token());
                if (named && weight > most && (usable & coding.bit()) != 0) {
                    best = coding;
                    most = weight;
                }
            }
            return most >= weights.getOrDefault("identity", 0.0) ? best : null;
        }
    }
}
