package dev.selvage.toolkit.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the text of a setting becomes a value, what it accepts, and how a value is shown.
///
/// @param expects completes "expected …"
/// @param list a YAML sequence is accepted too
/// @param parser the value, or why there is none
/// @param shower the text that parses to a value again
public record Kind<T>(String expects, boolean list, Function<String, Parsed<T>> parser, Function<T, String> shower) {
    /// What a text came to.
    public sealed interface Parsed<T> {}

    public record Valid<T>(T value) implements Parsed<T> {}

    /// @param reason completes "`text` …", such as "is more than 65535"
    public record Invalid<T>(String reason) implements Parsed<T> {}

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,15})\\s*([kmgt]?)(i?b)?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,10})\\s*(ms|s|m|h|d)");
    private static final String UNITS = "kmgt";

    public Parsed<T> parse(String text) {
        return parser.apply(text.strip());
    }

    public String show(T value) {
        return shower.apply(value);
    }

    /// A whole number, both limits included.
    public static Kind<Integer> integer(int min, int max) {
        String expects = "a whole number from " + min + " to " + max;
        return new Kind<>(
                expects,
                false,
                text -> {
                    if (!NUMBER.matcher(text).matches()) {
                        return new Invalid<>("is not a number");
                    }
                    long value = Long.parseLong(text);
                    if (value < min || value > max) {
                        return new Invalid<>(value < min ? "is less than " + min : "is more than " + max);
                    }
                    return new Valid<>((int) value);
                },
                String::valueOf);
    }

    /// A TCP port; 0 lets the system choose a free one.
    public static Kind<Integer> port() {
        Kind<Integer> number = integer(0, 65_535);
        return new Kind<>("a port from 1 to 65535, or 0 for any free one", false, number.parser(), number.shower());
    }

    /// An amount of bytes with a unit of 1,024 powers, both limits included.
    public static Kind<Long> bytes(long min, long max) {
        String expects = "an amount such as 512MiB, from " + showBytes(min) + " to " + showBytes(max);
        return new Kind<>(
                expects,
                false,
                text -> {
                    Matcher matcher = BYTES.matcher(text.toLowerCase(Locale.ROOT));
                    if (!matcher.matches()) {
                        return new Invalid<>("is not an amount of bytes");
                    }
                    int power = matcher.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(matcher.group(2));
                    long number = Long.parseLong(matcher.group(1));
                    long unit = 1L << (10 * power);
                    if (number > max / unit) {
                        return new Invalid<>("is more than " + showBytes(max));
                    }
                    long value = number * unit;
                    return value < min ? new Invalid<>("is less than " + showBytes(min)) : new Valid<>(value);
                },
                Kind::showBytes);
    }

    /// A time span with a unit, both limits included.
    public static Kind<Duration> duration(Duration min, Duration max) {
        String expects = "a time span such as 30s, from " + showDuration(min) + " to " + showDuration(max);
        return new Kind<>(
                expects,
                false,
                text -> {
                    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
                    if (!matcher.matches()) {
                        return new Invalid<>(
                                NUMBER.matcher(text).matches() ? "has no unit (ms, s, m, h, d)" : "is not a time span");
                    }
                    long number = Long.parseLong(matcher.group(1));
                    Duration value = switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    };
                    if (value.compareTo(max) > 0) {
                        return new Invalid<>("is more than " + showDuration(max));
                    }
                    return value.compareTo(min) < 0
                            ? new Invalid<>("is less than " + showDuration(min))
                            : new Valid<>(value);
                },
                Kind::showDuration);
    }

    /// One of a few words.
    public static <E extends Enum<E>> Kind<E> word(Class<E> type) {
        List<E> values = List.of(type.getEnumConstants());
        String expects =
                "one of " + String.join(", ", values.stream().map(Kind::word).toList());
        return new Kind<>(
                expects,
                false,
                text -> {
                    for (E value : values) {
                        if (word(value).equals(text)) {
                            return new Valid<>(value);
                        }
                    }
                    return new Invalid<>("is none of them");
                },
                Kind::word);
    }

    /// Any of a few words, separated by commas or as a sequence; none of them is an answer too.
    public static <E extends Enum<E>> Kind<List<E>> words(List<E> choices) {
        String expects =
                "any of " + String.join(", ", choices.stream().map(Kind::word).toList()) + ", separated by commas";
        return new Kind<>(
                expects,
                true,
                text -> {
                    List<String> wanted = text.isEmpty()
                            ? List.of()
                            : Arrays.stream(text.split(",", -1))
                                    .map(String::strip)
                                    .toList();
                    for (String part : wanted) {
                        if (choices.stream().noneMatch(choice -> word(choice).equals(part))) {
                            return new Invalid<>("holds `" + part + "`, which is none of them");
                        }
                    }
                    return new Valid<>(choices.stream()
                            .filter(choice -> wanted.contains(word(choice)))
                            .toList());
                },
                values -> String.join(", ", values.stream().map(Kind::word).toList()));
    }

    /// A text that matches `pattern` as a whole; `expects` says in words what that is.
    public static Kind<String> text(String expects, Pattern pattern) {
        return new Kind<>(
                expects,
                false,
                text -> pattern.matcher(text).matches() ? new Valid<>(text) : new Invalid<>("is not that"),
                Function.identity());
    }

    /// A path, relative to the working directory.
    public static Kind<Path> path() {
        return new Kind<>(
                "a path",
                false,
                text -> {
                    if (text.isEmpty()) {
                        return new Invalid<>("is empty");
                    }
                    try {
                        return new Valid<>(Path.of(text));
                    } catch (InvalidPathException invalid) {
                        return new Invalid<>("is not a path: " + invalid.getReason());
                    }
                },
                Path::toString);
    }

    /// Blocks of IP addresses, separated by commas or as a sequence.
    public static Kind<List<Network>> networks() {
        return new Kind<>(
                "IP addresses or blocks such as 10.0.0.0/8, separated by commas",
                true,
                text -> {
                    List<Network> networks = new ArrayList<>();
                    for (String part : text.isEmpty() ? new String[0] : text.split(",", 1_001)) {
                        switch (Network.parse(part.strip())) {
                            case Valid<Network>(Network network) -> networks.add(network);
                            case Invalid<Network>(String reason) -> {
                                return new Invalid<>("holds `" + part.strip() + "`, which " + reason);
                            }
                        }
                    }
                    return networks.size() > 1_000
                            ? new Invalid<>("has more than 1000 entries")
                            : new Valid<>(List.copyOf(networks));
                },
                networks -> String.join(
                        ", ", networks.stream().map(Network::toString).toList()));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String showBytes(long bytes) {
        int power = 0;
        long number = bytes;
        while (power < UNITS.length() && number != 0 && number % 1_024 == 0) {
            number /= 1_024;
            power++;
        }
        return power == 0
                ? number + "B"
                : number + UNITS.substring(power - 1, power).toUpperCase(Locale.ROOT) + "iB";
    }

    private static String showDuration(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1_000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1_000;
        if (seconds != 0 && seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds != 0 && seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
