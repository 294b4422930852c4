package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    @TempDir
    Path directory;

    private TestControl api;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aPathThatIsNotThereIs7000() throws Exception {
        assertThat(api.get("/load_balancers").refused(404, 7000).message()).isEqualTo("No route for that URI");
        api.send("GET", "/elsewhere", null, new String[0]).refused(404, 7000);
    }

    @Test
    void aMethodThatIsNotThereIs7001AndTheOthersAreNamed() throws Exception {
        Result refused = api.send("PUT", "/zones", "{}").refused(405, 7001);
        assertThat(refused.message()).isEqualTo("Method PUT not available for that URI.");
        assertThat(refused.response().headers().firstValue("allow")).hasValue("GET, POST");
    }

    @Test
    void aBodyThatIsTooLargeIs413() throws Exception {
        api.send("POST", "/zones", " ".repeat((8 << 20) + 1)).refused(413, 1000);
    }

    @Test
    void aBugIs500WithAnIdAndWithoutItsMessage() throws Exception {
        Result failed = api.send("GET", "/fails", null, new String[0]).refused(500, 1000);
        assertThat(failed.message()).containsPattern("[0-9a-f]{16}").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"a\":1,} | 1:8",
                "{\"a\":1 | 1:",
                "{'a':1} | 1:",
                "{\"a\":1} x | 1:9",
                "{\"a\":1,\"a\":2} | a",
                "{\"a\":NaN} | 1:",
            })
    void malformedJsonIs6007WithItsPlace(String body, String place) throws Exception {
        assertThat(api.send("POST", "/zones", body).refused(400, 6007).message())
                .contains("Malformed JSON")
                .contains(place);
    }

    @Test
    void theLineIsCounted() throws Exception {
        assertThat(api.send("POST", "/zones", "{\n\n  \"a\": tru\n}")
                        .refused(400, 6007)
                        .message())
                .contains(" 3:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"x\"", "null", ""})
    void aBodyThatIsNoObjectIs6007(String body) throws Exception {
        api.send("POST", "/zones", body).refused(400, 6007);
    }

    @Test
    void deepNestingIsRefused() throws Exception {
        String deep = "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}";
        api.send("POST", "/zones", deep).refused(400, 6007);
    }

    @Test
    void hostileTextIsQuotedCleaned() throws Exception {
        Result refused = api.send("POST", "/zones", "{\"\\u0000\\u001b/~x\":1,\"name\":\"\\u0000\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.response().body()).contains("~1~0x").doesNotContain("\\u0000", "\\u001b", "\\u001B");
        api.send("POST", "/zones", "{\"\\ud800\":1}").refused(400, 6007);
        assertThat(api.send("POST", "/zones", "{\"name\":\"\\udfff\"}").status())
                .isEqualTo(400);
        String name = "x".repeat(100_000);
        Result longer = api.send("POST", "/zones", "{\"" + name + "\":1}");
        assertThat(longer.status()).isEqualTo(400);
        assertThat(longer.response().body().length()).isLessThan(8_000);
    }

    @Test
    void headIsAnsweredAsGetWithoutABody() throws Exception {
        java.net.http.HttpResponse<String> head = api.head("/client/v4/zones");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }
}
