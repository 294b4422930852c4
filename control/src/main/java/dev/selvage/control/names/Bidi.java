package dev.selvage.control.names;

/// The rule for labels with letters that run from right to left (RFC 5893 section 2).
final class Bidi {
    private Bidi() {}

    static void check(String label) throws BadName {
        int[] points = label.codePoints().toArray();
        if (!rightToLeft(points)) {
            return;
        }
        int last = points.length - 1;
        while (last > 0 && direction(points[last]) == Character.DIRECTIONALITY_NONSPACING_MARK) {
            last--;
        }
        byte first = direction(points[0]);
        boolean starts = first == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || first == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
        boolean european = false;
        boolean arabic = false;
        boolean allowed = true;
        for (int point : points) {
            byte direction = direction(point);
            european |= direction == Character.DIRECTIONALITY_EUROPEAN_NUMBER;
            arabic |= direction == Character.DIRECTIONALITY_ARABIC_NUMBER;
            allowed &= inside(direction);
        }
        if (!starts || !allowed || (european && arabic) || !ends(direction(points[last]))) {
            throw new BadName("a label mixes directions of writing in a way that cannot be read (RFC 5893)");
        }
    }

    private static boolean rightToLeft(int[] points) {
        for (int point : points) {
            byte direction = direction(point);
            if (direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                    || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC
                    || direction == Character.DIRECTIONALITY_ARABIC_NUMBER) {
                return true;
            }
        }
        return false;
    }

    private static boolean inside(byte direction) {
        return ends(direction)
                || direction == Character.DIRECTIONALITY_EUROPEAN_NUMBER_SEPARATOR
                || direction == Character.DIRECTIONALITY_COMMON_NUMBER_SEPARATOR
                || direction == Character.DIRECTIONALITY_EUROPEAN_NUMBER_TERMINATOR
                || direction == Character.DIRECTIONALITY_OTHER_NEUTRALS
                || direction == Character.DIRECTIONALITY_BOUNDARY_NEUTRAL
                || direction == Character.DIRECTIONALITY_NONSPACING_MARK;
    }

    private static boolean ends(byte direction) {
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC
                || direction == Character.DIRECTIONALITY_EUROPEAN_NUMBER
                || direction == Character.DIRECTIONALITY_ARABIC_NUMBER;
    }

    private static byte direction(int point) {
        return Character.getDirectionality(point);
    }
}
