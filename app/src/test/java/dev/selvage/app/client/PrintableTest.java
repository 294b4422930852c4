package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.toolkit.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/// [Printable], [JsonText] and [Table].
class PrintableTest {
    @Test
    void whatCanBeSeenStaysAndTheRestIsWrittenOut() {
        assertThat(Printable.line("bücher.example 日本 🙂")).isEqualTo("bücher.example 日本 🙂");
        assertThat(Printable.line("a\u001b[31m\u0000\u007f\u0085\u202e\ufeff\u2028\ud83d"))
                .isEqualTo("a\\u{1b}[31m\\u{0}\\u{7f}\\u{85}\\u{202e}\\u{feff}\\u{2028}\\u{d83d}");
        assertThat(Printable.line("a\r\n\tb")).isEqualTo("a\\r\\n\\tb");
        assertThat(Printable.block("a\r\n\tb")).isEqualTo("a\\r\n\tb");
    }

    @ParameterizedTest
    @CsvSource({"abc, 3", "bücher, 6", "日本, 4", "e\u0301, 1", "🙂, 2", "ｆ, 2", "'', 0"})
    void aWidthIsThatOfATerminal(String text, int width) {
        assertThat(Printable.width(text)).isEqualTo(width);
    }

    @ParameterizedTest
    @CsvSource({"abcdef, 6, abcdef", "abcdefg, 6, abcde…", "日本語, 5, 日本…", "日本語, 4, 日…", "🙂🙂, 1, …"})
    void whatIsCutStillFits(String text, int columns, String cut) {
        assertThat(Printable.clip(text, columns, "…")).isEqualTo(cut);
    }

    @RepeatedTest(50)
    void anyTextBecomesSafeAndAnyJsonStaysTheSameValue(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(200); i > 0; i--) {
            text.append(
                    random.nextBoolean()
                            ? (char) random.nextInt(0x300)
                            : (char) random.nextInt(Character.MAX_VALUE + 1));
        }

        String line = Printable.line(text.toString());
        assertThat(line.codePoints().allMatch(Printable::isVisible)).as(line).isTrue();
        String json = JsonText.compact(StringNode.valueOf(text.toString()));
        assertThat(json.codePoints().allMatch(Printable::isVisible)).as(json).isTrue();
        assertThat(Json.read(json.getBytes(StandardCharsets.UTF_8), JsonNode.class)
                        .stringValue())
                .isEqualTo(text.toString());
    }

    @Test
    void jsonKeepsEveryKindOfValue() {
        String json = "{\"a\":[1,-2.5,true,null,[],{}],\"b\\n\":{\"c\":\"d\"}}";
        JsonNode node = Json.read(json.getBytes(StandardCharsets.UTF_8), JsonNode.class);

        assertThat(JsonText.compact(node)).isEqualTo(json);
        assertThat(JsonText.of(node, true, 0)).isEqualTo("""
                {
                  "a": [
                    1,
                    -2.5,
                    true,
                    null,
                    [],
                    {}
                  ],
                  "b\\n": {
                    "c": "d"
                  }
                }""");
    }

    @Test
    void aTableIsAlignedByWhatIsSeen() {
        Table table = new Table(List.of(Column.of("A", "/a"), Column.of("B", "/b")));
        for (String row :
                List.of("{\"a\":\"日本\",\"b\":true}", "{\"a\":\"abcde\"}", "{\"a\":\"\",\"b\":[\"x\",\"y\"]}")) {
            table.add(Json.read(row.getBytes(StandardCharsets.UTF_8), JsonNode.class));
        }
        StringBuilder out = new StringBuilder();

        table.print(0, "…", UnaryOperator.identity(), line -> out.append(line).append('\n'));

        assertThat(out.toString()).isEqualTo("A      B\n日本   yes\nabcde  -\n-      x, y\n");
    }
}
