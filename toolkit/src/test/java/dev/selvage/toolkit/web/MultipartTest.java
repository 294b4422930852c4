package dev.selvage.toolkit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {
    private static final String FORM = """
            --b
            Content-Disposition: form-data; name="file"; filename="zone.txt"
            Content-Type: text/plain

            one
            --two

            --b
            Content-Disposition: form-data; name="proxied"

            true
            --b--
            """.replace("\n", "\r\n");

    @Test
    void fieldsAndFilesComeOutAsTheyWere() {
        Map<String, byte[]> fields = Multipart.fields(call("multipart/form-data; boundary=b", FORM));
        assertThat(fields).containsOnlyKeys("file", "proxied");
        assertThat(text(fields, "file")).isEqualTo("one\r\n--two\r\n");
        assertThat(text(fields, "proxied")).isEqualTo("true");
        assertThat(text(Multipart.fields(call("Multipart/Form-Data; charset=x; boundary=\"b\"", FORM)), "proxied"))
                .isEqualTo("true");
    }

    @Test
    void theFirstOfTwoCounts() {
        String form = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
                + "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n2\r\n--b--";
        assertThat(text(Multipart.fields(call("multipart/form-data; boundary=b", form)), "a"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x",
                "multipart/mixed; boundary=b",
            })
    void anotherTypeIsRefused(String type) {
        assertThatThrownBy(() -> Multipart.fields(call(type, FORM)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multipart/form-data");
    }

    @Test
    void everyCutOfAFormIsRefusedOrRead() {
        for (int length = 0; length < FORM.length() - 4; length++) {
            String cut = FORM.substring(0, length);
            assertThatThrownBy(() -> Multipart.fields(call("multipart/form-data; boundary=b", cut)))
                    .as(cut)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void tooManyPartsAreRefused() {
        String part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        assertThatThrownBy(
                        () -> Multipart.fields(call("multipart/form-data; boundary=b", part.repeat(17) + "--b--\r\n")))
                .isInstanceOf(IllegalArgumentException.class);
        String headers = "--b\r\nX: " + "x".repeat(10_000) + "\r\n\r\n1\r\n--b--\r\n";
        assertThatThrownBy(() -> Multipart.fields(call("multipart/form-data; boundary=b", headers)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noChangeOfAFormBreaksTheReader() {
        Random random = new Random(3);
        byte[] form = FORM.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 5_000; i++) {
            byte[] changed = form.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                Multipart.fields(
                        call("multipart/form-data; boundary=b", new String(changed, StandardCharsets.ISO_8859_1)));
            } catch (IllegalArgumentException _) {
                // Refused, as it should be.
            }
        }
    }

    private static String text(Map<String, byte[]> fields, String name) {
        return new String(fields.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
    }

    private static Call call(String type, String body) {
        return new Call(
                "POST",
                "/",
                Map.of(),
                Map.of(),
                Map.of("content-type", List.of(type)),
                body.getBytes(StandardCharsets.ISO_8859_1),
                "127.0.0.1");
    }
}
