package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.http.Ranges;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MultipartTest {
    private static final byte[] BODY = "0123456789".getBytes(StandardCharsets.US_ASCII);

    private static Multipart two(@Nullable String type) {
        return new Multipart(List.of(new Ranges.Part(8, 10), new Ranges.Part(0, 1)), "b0", type, 10, 0);
    }

    private static String written(Multipart multipart) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < multipart.size(); i++) {
            out.writeBytes(multipart.head(i));
            Ranges.Part part = multipart.part(i);
            out.write(BODY, (int) part.start(), (int) (part.end() - part.start()));
        }
        out.writeBytes(multipart.close());
        assertThat(multipart.length()).isEqualTo(out.size());
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void eachPartNamesItsTypeAndItsPlace() {
        assertThat(written(two("text/plain"))).isEqualTo("""
                --b0
                Content-Type: text/plain
                Content-Range: bytes 8-9/10

                89
                --b0
                Content-Type: text/plain
                Content-Range: bytes 0-0/10

                0
                --b0--
                """.replace("\n", "\r\n"));
        assertThat(two(null).mediaType()).isEqualTo("multipart/byteranges; boundary=b0");
    }

    @Test
    void whatHasNoTypeGetsNone() {
        assertThat(written(two(null))).doesNotContain("Content-Type").startsWith("--b0\r\nContent-Range: ");
    }

    @Test
    void noBoundaryIsSaidTwice() {
        Boundaries one = new Boundaries();
        Boundaries other = new Boundaries();
        Set<String> said = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(said.add(one.next())).isTrue();
            assertThat(said.add(other.next())).isTrue();
        }
        assertThat(said)
                .as("at most 70 characters that need no quotes (RFC 2046)")
                .allMatch(boundary -> boundary.matches("[0-9a-f]{33,70}"));
    }
}
