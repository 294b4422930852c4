package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    private final Headers headers = Headers.of("accept", "a", "x", "1", "accept", "b, ,C");

    @Test
    void fieldsKeepTheirOrder() {
        assertThat(headers.size()).isEqualTo(3);
        assertThat(headers.name(2)).isEqualTo("accept");
        assertThat(headers.value(2)).isEqualTo("b, ,C");
        assertThat(headers.toString()).isEqualTo("accept: a\nx: 1\naccept: b, ,C\n");
    }

    @Test
    void aFieldSentTwiceIsJoined() {
        assertThat(headers.first("accept")).isEqualTo("a");
        assertThat(headers.joined("accept")).isEqualTo("a, b, ,C");
        assertThat(headers.members("accept")).containsExactly("a", "b", "c");
    }

    @Test
    void aFieldThatIsNotThereIsNotFound() {
        assertThat(headers.has("accep")).isFalse();
        assertThat(headers.first("accep")).isNull();
        assertThat(headers.joined("accep")).isNull();
        assertThat(headers.members("accep")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection",
                "keep-alive",
                "proxy-connection",
                "proxy-authenticate",
                "proxy-authentication-info",
                "proxy-authorization",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade"
            })
    void hopByHopFieldsDoNotTravel(String name) {
        assertThat(Headers.of(name, "x", "accept", "y").endToEnd().toString()).isEqualTo("accept: y\n");
    }

    @Test
    void whatConnectionNamesDoesNotTravel() {
        Headers sent =
                Headers.of("connection", "X-One, close", "x-one", "1", "connection", "x-TWO", "x-two", "2", "x", "3");
        assertThat(sent.endToEnd().toString()).isEqualTo("x: 3\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cache-control",
                "cdn-cache-control",
                "set-cookie",
                "vary",
                "age",
                "date",
                "expires",
                "content-length",
                "content-encoding",
                "content-type",
                "host",
                "authorization",
                "cookie",
                "accept-language",
                "cdn-loop"
            })
    void connectionCannotNameWhatIsForEverybody(String name) {
        assertThat(Headers.of("connection", "close, " + name, name, "x")
                        .endToEnd()
                        .toString())
                .isEqualTo(name + ": x\n");
    }

    @Test
    void newerFieldsReplaceOlderOnesOfTheirName() {
        Headers older = Headers.of("etag", "\"1\"", "set", "a", "set", "b", "kept", "k");
        Headers newer = Headers.of("set", "c", "new", "n");
        assertThat(older.updatedBy(newer).toString()).isEqualTo("etag: \"1\"\nkept: k\nset: c\nnew: n\n");
        assertThat(older.toString()).as("the older ones stay as they were").contains("set: a");
    }

    @Test
    void oneMoreFieldIsAppended() {
        assertThat(headers.with("z", "9").toString()).isEqualTo(headers + "z: 9\n");
        assertThat(headers.size()).isEqualTo(3);
    }

    @Test
    void fieldsCanBeChosen() {
        assertThat(headers.where((name, value) -> name.equals("x") || value.equals("a"))
                        .toString())
                .isEqualTo("accept: a\nx: 1\n");
    }
}
