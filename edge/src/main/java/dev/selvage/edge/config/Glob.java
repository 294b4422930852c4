package dev.selvage.edge.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A text in which asterisks stand for any bytes, or none.
///
/// Matching compares at most twice as many bytes as there are, whatever the text and the bytes: what stands
/// between two asterisks is looked for by Knuth, Morris and Pratt's algorithm, and the first place is taken.
/// It allocates nothing.
class Glob {
    /// What stands before, between and after the asterisks.
    private final byte[][] pieces;

    /// By piece: how much of it still fits after so much of it did and one byte more did not.
    private final int[][] borders;

    private final int shortest;

    /// @param text each character a byte
    Glob(String text) {
        String[] parts = text.split("\\*", -1);
        pieces = new byte[parts.length][];
        borders = new int[parts.length][];
        int bytes = 0;
        for (int i = 0; i < parts.length; i++) {
            pieces[i] = parts[i].getBytes(StandardCharsets.ISO_8859_1);
            borders[i] = borders(pieces[i]);
            bytes += pieces[i].length;
        }
        shortest = bytes;
    }

    private static int[] borders(byte[] piece) {
        int[] borders = new int[piece.length];
        int border = 0;
        for (int i = 1; i < piece.length; i++) {
            while (border > 0 && piece[i] != piece[border]) {
                border = borders[border - 1];
            }
            if (piece[i] == piece[border]) {
                border++;
            }
            borders[i] = border;
        }
        return borders;
    }

    /// True when the whole of the bytes fits.
    final boolean matches(byte[] b, int start, int length) {
        int last = pieces.length - 1;
        if (last == 0) {
            return length == shortest && stands(pieces[0], b, start);
        }
        int end = start + length - pieces[last].length;
        if (length < shortest || !stands(pieces[0], b, start) || !stands(pieces[last], b, end)) {
            return false;
        }
        int at = start + pieces[0].length;
        for (int i = 1; i < last; i++) {
            int found = find(i, b, at, end);
            if (found < 0) {
                return false;
            }
            at = found + pieces[i].length;
        }
        return true;
    }

    /// What each asterisk stands for in bytes that match.
    final List<String> captured(byte[] b) {
        List<String> captured = new ArrayList<>();
        int last = pieces.length - 1;
        int end = b.length - pieces[last].length;
        int at = pieces[0].length;
        for (int i = 1; i <= last; i++) {
            int next = i == last ? end : find(i, b, at, end);
            captured.add(new String(b, at, next - at, StandardCharsets.ISO_8859_1));
            at = next + pieces[i].length;
        }
        return captured;
    }

    private boolean stands(byte[] piece, byte[] b, int at) {
        for (int i = 0; i < piece.length; i++) {
            if (!same(piece[i], b[at + i])) {
                return false;
            }
        }
        return true;
    }

    /// Where a piece stands first between `from` and `end`; -1 when nowhere.
    private int find(int which, byte[] b, int from, int end) {
        byte[] piece = pieces[which];
        int[] border = borders[which];
        int fits = 0;
        int at = from;
        while (fits < piece.length) {
            if (at == end) {
                return -1;
            }
            if (same(piece[fits], b[at])) {
                at++;
                fits++;
            } else if (fits == 0) {
                at++;
            } else {
                fits = border[fits - 1];
            }
        }
        return at - piece.length;
    }

    /// Apart so that comparisons can be counted.
    boolean same(byte wanted, byte found) {
        return wanted == found;
    }
}
