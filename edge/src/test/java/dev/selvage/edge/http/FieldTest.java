package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldTest {
    private static Field of(String name) {
        byte[] bytes = ("::" + name + "::").getBytes(StandardCharsets.ISO_8859_1);
        return Field.of(bytes, 2, name.length());
    }

    @ParameterizedTest
    @EnumSource(Field.class)
    void aFieldIsFoundByItsNameInAnyCase(Field field) {
        String name = field.name().replace('_', '-');
        assertThat(of(name)).isEqualTo(field);
        assertThat(of(name.toLowerCase(Locale.ROOT))).isEqualTo(field);
        StringBuilder mixed = new StringBuilder(name.toLowerCase(Locale.ROOT));
        for (int i = 0; i < mixed.length(); i += 2) {
            mixed.setCharAt(i, Character.toUpperCase(mixed.charAt(i)));
        }
        assertThat(of(mixed.toString())).isEqualTo(field);
    }

    @ParameterizedTest
    @EnumSource(Field.class)
    void aNameThatDiffersInOneCharacterIsAnotherField(Field field) {
        String name = field.name().replace('_', '-').toLowerCase(Locale.ROOT);
        for (int i = 0; i < name.length(); i++) {
            String other = name.substring(0, i) + (name.charAt(i) == '-' ? '_' : '!') + name.substring(i + 1);
            assertThat(of(other)).as(other).isEqualTo(Field.OTHER);
            assertThat(of(name.substring(0, i) + 'q' + name.substring(i))).isEqualTo(Field.OTHER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "hos", "hostt", "-", "!", "~", "x-forwarded-fox", "content-lengtH0", "\r", "\u00ff"})
    void anyOtherNameIsOther(String name) {
        assertThat(of(name)).isEqualTo(Field.OTHER);
    }

    @Test
    void aCharacterThatOnlyLooksLikeAnotherCaseIsNotTheSame() {
        // '\r' | 0x20 is '-', and 'K' of the Kelvin sign has no place in Latin 1.
        assertThat(of("content\rlength")).isEqualTo(Field.OTHER);
        assertThat(of("transfer\rencoding")).isEqualTo(Field.OTHER);
    }
}
