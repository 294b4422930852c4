package dev.selvage.edge.request;

import dev.selvage.edge.http.NormalTarget;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The path endings that are cached by default in zones made through the API.
final class StaticFiles {
    private static final String ENDINGS =
            "7z avi avif apk bin bmp bz2 class css csv doc docx dmg ejs eot eps exe flac gif"
                    + " gz ico iso jar jpg jpeg js mid midi mkv mp3 mp4 ogg otf pdf pict pls png ppt pptx ps rar svg svgz swf tar"
                    + " tif tiff ttf webm webp woff woff2 xls xlsx zip zst";

    private static final long[] PACKED = Arrays.stream(ENDINGS.split(" "))
            .mapToLong(ending -> packed(ending.getBytes(StandardCharsets.US_ASCII), 0, ending.length()))
            .sorted()
            .toArray();

    private StaticFiles() {}

    /// True when the path of the normal target in `bytes` ends in one of them, in any case, to every
    /// reader; see [NormalTarget#extension].
    static boolean named(byte[] bytes, int start, int length) {
        int ending = NormalTarget.extension(bytes, start, length);
        if (ending < 0) {
            return false;
        }
        int size = NormalTarget.pathEnd(bytes, ending, start + length - ending) - ending;
        return size > 0 && size <= 8 && Arrays.binarySearch(PACKED, packed(bytes, ending, size)) >= 0;
    }

    /// What follows the last dot of the last segment of a path, lower case, as the least careful reader finds it;
    /// null where there is none.
    static @Nullable String ending(String target) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        int dot = path.lastIndexOf('.');
        return dot < path.lastIndexOf('/') || dot == path.length() - 1
                ? null
                : path.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    private static long packed(byte[] bytes, int start, int length) {
        long packed = 0;
        for (int i = start; i < start + length; i++) {
            byte b = bytes[i];
            packed = packed << 8 | (b >= 'A' && b <= 'Z' ? b | 0x20 : b);
        }
        return packed;
    }
}
