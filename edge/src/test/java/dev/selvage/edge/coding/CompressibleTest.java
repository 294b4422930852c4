package dev.selvage.edge.coding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressibleTest {
    private static final Headers HTML = Headers.of("content-type", "text/html; charset=utf-8");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "TEXT/HTML",
                "text/html;charset=utf-16",
                "text/css ; charset=x",
                "application/json",
                "application/vnd.api+json",
                "application/problem+json",
                "application/rss+xml",
                "image/svg+xml",
                "application/wasm",
                "font/ttf",
                "application/vnd.ms-fontobject",
                "image/x-icon"
            })
    void textsAndTheirKinAreCompressed(String type) {
        assertThat(Compressible.type(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "image/png",
                "image/jpeg",
                "font/woff2",
                "font/woff",
                "video/mp4",
                "application/zip",
                "application/gzip",
                "application/octet-stream",
                "application/pdf",
                "multipart/byteranges; boundary=x",
                "text/event-stream",
                "image/png; name=text/html",
                "text/html, image/png"
            })
    void whatIsCompressedAlreadyOrUnknownIsNot(String type) {
        assertThat(Compressible.type(type)).isFalse();
    }

    @Test
    void smallBodiesAreNot() {
        assertThat(Compressible.response(200, HTML, Compressible.LEAST)).isTrue();
        assertThat(Compressible.response(200, HTML, Compressible.LEAST - 1)).isFalse();
        assertThat(Compressible.response(200, HTML, -1)).as("unknown").isTrue();
        assertThat(Compressible.response(200, HTML, 0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 203, 403, 404, 410, 500, 503, 599})
    void wholeResponsesAre(int status) {
        assertThat(Compressible.response(status, HTML, 1000)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 204, 205, 206, 226, 301, 304, 416, 999})
    void partsAndResponsesWithoutABodyAreNot(int status) {
        assertThat(Compressible.response(status, HTML, 1000)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "identity", "", "unknown", "gzip, gzip", "aes128gcm"})
    void whateverSaysThatItHasACodingIsLeftAlone(String coding) {
        assertThat(Compressible.response(200, HTML.with("content-encoding", coding), 1000))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache-control", "cdn-cache-control", "cloudflare-cdn-cache-control"})
    void noTransformIsHeardInEveryFieldThatControlsCaches(String field) {
        assertThat(Compressible.response(200, HTML.with(field, "max-age=60, No-Transform"), 1000))
                .isFalse();
        assertThat(Compressible.response(200, HTML.with(field, "max-age=60"), 1000))
                .isTrue();
    }

    @Test
    void aSignedResponseIsLeftAlone() {
        assertThat(Compressible.response(200, HTML.with("signature-input", "s=(\"content-digest\")"), 1000))
                .isFalse();
    }

    @Test
    void withoutATypeNothingIsGuessed() {
        assertThat(Compressible.response(200, Headers.EMPTY, 1000)).isFalse();
        assertThat(Compressible.response(
                        200, Headers.of("content-type", "text/html", "content-type", "image/png"), 1000))
                .isFalse();
    }
}
