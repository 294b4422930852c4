package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
    private static final String ENDINGS =
            "7z avi avif apk bin bmp bz2 class css csv doc docx dmg ejs eot eps exe flac gif gz ico iso jar jpg jpeg js"
                    + " mid midi mkv mp3 mp4 ogg otf pdf pict pls png ppt pptx ps rar svg svgz swf tar tif tiff ttf webm webp"
                    + " woff woff2 xls xlsx zip zst";

    private static boolean named(String target) {
        byte[] bytes = ("##" + target + "?.css").getBytes(StandardCharsets.ISO_8859_1);
        return StaticFiles.named(bytes, 2, target.length());
    }

    @Test
    void everyEndingIsKnownInAnyCase() {
        for (String ending : ENDINGS.split(" ", -1)) {
            assertThat(named("/a." + ending)).as(ending).isTrue();
            assertThat(named("/a." + ending.toUpperCase(Locale.ROOT)))
                    .as(ending)
                    .isTrue();
            assertThat(named("/a." + ending + "?v=1")).as(ending).isTrue();
            assertThat(named("/a." + ending + "x"))
                    .as(ending + "x")
                    .isEqualTo(ENDINGS.matches(".*\\b" + ending + "x\\b.*"));
            assertThat(named("/a" + ending)).as("no dot").isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.css", "/a.b.css", "/a.css?x.html", "/dir.d/a.js", "/%20.png", "/a.css?", "a.css"})
    void theEndingOfTheLastSegmentCounts(String target) {
        assertThat(named(target)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "/a.",
                "/a.html",
                "/a.json",
                "/a.css/",
                "/a.css/b",
                "/?a.css",
                "/x?f=/a.css",
                "/a.css.",
                "/a.css;x",
                "/a.css%20",
                "/a.csss",
                "/a.verylongending",
                "/a.%FF%FF%FF",
                "/account;x.css",
                "/account%3Fx.css",
                "/account%23.css",
                "/account%2Fx.css",
                "/account%5Cx.css",
                "/account%253Fx.css",
                "/account%C0%AF.css",
                "*"
            })
    void nothingElseIsAStaticFile(String target) {
        assertThat(named(target)).isFalse();
    }
}
