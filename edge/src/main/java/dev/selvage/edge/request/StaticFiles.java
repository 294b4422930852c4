package dev.selvage.edge.request;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

    /// True when the path in `bytes`, up to a `?`, ends in one of them, in any case.
    static boolean named(byte[] bytes, int start, int length) {
        int end = start;
        int dot = -1;
        for (; end < start + length && bytes[end] != '?'; end++) {
            if (bytes[end] == '.') {
                dot = end;
            } else if (bytes[end] == '/') {
                dot = -1;
            }
        }
        int ending = dot < 0 ? 0 : end - dot - 1;
        return ending > 0 && ending <= 8 && Arrays.binarySearch(PACKED, packed(bytes, dot + 1, ending)) >= 0;
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
