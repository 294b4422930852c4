package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The rules that `docs/rules.md` shows can be made.
class RulesDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "rules.md");
    private static final String FENCE = "```json ";

    @TempDir
    Path directory;

    /// The phase and the body of each example.
    private static List<Map.Entry<String, String>> examples() throws Exception {
        List<Map.Entry<String, String>> examples = new ArrayList<>();
        List<String> lines = Files.readAllLines(DOCUMENT, StandardCharsets.UTF_8);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(FENCE)) {
                int end = i + 1;
                while (!lines.get(end).equals("```")) {
                    end++;
                }
                examples.add(Map.entry(
                        lines.get(i).substring(FENCE.length()), String.join("\n", lines.subList(i + 1, end))));
            }
        }
        return examples;
    }

    @Test
    void everyExampleIsTakenWithoutARemark() throws Exception {
        try (TestControl api = TestControl.open(directory)) {
            String zone = api.zone("example.com");
            assertThat(examples()).hasSizeGreaterThan(9);
            for (Map.Entry<String, String> example : examples()) {
                JsonNode answer = api.send(
                                "PUT",
                                "/zones/" + zone + "/rulesets/phases/" + example.getKey() + "/entrypoint",
                                example.getValue())
                        .ok()
                        .body();
                assertThat(answer.get("messages").toString())
                        .as(example.getValue())
                        .isEqualTo("[]");
            }
        }
    }
}
