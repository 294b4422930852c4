package dev.selvage.acceptance;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A scenario as it is written in a `.scenario` file: what the origin says, what visitors ask, what each gets.
///
/// ```
/// # A title, and text that explains
///
/// ## What must hold, one sentence (section, and MUST or SHOULD)
/// origin: 200 | Cache-Control: max-age=60 | Age: 59
/// GET /   -> 200 fetched
/// GET /   -> 200 stored "answer 1" | Age: 59..60
/// until:   GET / -> 200 fetched
/// origin saw: GET / | no Range
/// origin asked: 2
/// ```
///
/// * `origin: STATUS | Field: value … | "body" | chunked | closes | cut` is what the origin says from here on;
///   `origin POST /a: …` says it for one method and path. Without a body it says `answer N`, N counting what it was
///   asked in this scenario. `closes` alone closes without an answer, `cut` breaks off within the body.
/// * `METHOD PATH | Field: value … -> STATUS` asks, and after the status stand in any order: where the answer came
///   from (`fetched`: the origin was asked and this is its answer; `validated`: it was asked and said 304;
///   `stored`: it was not asked), `CF-Cache-Status` in capitals, the `"body"`; then `| Field: value`, `| no Field`,
///   `| Field: 10..20` for a number, `| Field: ~part` for a part.
/// * `until:` asks again until it fits, for ten seconds at most.
/// * `origin saw:` is about the last request that came, `origin asked:` about how many.
/// * `policy: safe` or `policy: strict` is for what differs between the two; without it both must behave so.
/// * `open: REASON` says that this does not hold yet.
/// * `{date}`, `{date-60}` and `{date+60}` are dates as HTTP writes them, `{host}` is the scenario's host name. A line
///   that begins with blanks belongs to the one before it.
///
public record Scenario(String name, Set<Policy> policies, Optional<String> open, List<Step> steps) {
    public Scenario {
        policies = Set.copyOf(policies);
        steps = List.copyOf(steps);
    }

    /// The program's `--cache-policy`.
    public enum Policy {
        SAFE,
        STRICT;

        /// As the option says it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One line.
    sealed interface Step {
        /// Where it stands in its file.
        int line();
    }

    /// What the origin says from here on, to one method and path or to all.
    record Says(int line, Optional<String> method, Optional<String> path, Answer answer) implements Step {}

    /// A question and what is expected.
    ///
    /// @param patient ask until it fits
    record Asks(int line, String method, String path, List<String> fields, Expected expected, boolean patient)
            implements Step {}

    /// What the origin's last request looked like.
    record Saw(int line, String method, String path, List<Claim> claims) implements Step {}

    /// How often the origin was asked.
    record Asked(int line, int count) implements Step {}

    /// What the origin answers.
    record Answer(int status, List<String> fields, Optional<String> body, Ending ending) {}

    /// How an answer ends.
    enum Ending {
        WHOLE,
        CHUNKED,
        CUT,
        TORN,
        SILENT
    }

    /// What a visitor should get.
    record Expected(
            int status,
            Optional<Source> source,
            Optional<String> cacheStatus,
            Optional<String> body,
            List<Claim> claims) {}

    /// Where an answer came from, as the origin can tell.
    enum Source {
        FETCHED,
        VALIDATED,
        STORED
    }

    /// Something about a field.
    sealed interface Claim {
        String name();
    }

    record Absent(String name) implements Claim {}

    record Is(String name, String value) implements Claim {}

    record Has(String name, String part) implements Claim {}

    record Between(String name, long least, long most) implements Claim {}

    /// Reads the scenarios of a file.
    public static List<Scenario> read(String file, String text) {
        return new Reader(file).read(text);
    }

    /// The name by which visitors ask for it.
    static String host(int number) {
        return "scenario-" + number + ".example";
    }

    /// The text with its dates and its host put in.
    static String filled(String text, Instant now, String host) {
        StringBuilder filled = new StringBuilder();
        int done = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', done)) {
            int close = text.indexOf('}', open);
            String name = close < 0 ? "" : text.substring(open + 1, close);
            filled.append(text, done, open);
            if (name.equals("host")) {
                filled.append(host);
            } else if (name.startsWith("date")) {
                String offset = name.substring("date".length());
                Instant then = now.plusSeconds(offset.isEmpty() ? 0 : Long.parseLong(offset));
                filled.append(HTTP_DATE.format(then));
            } else {
                throw new IllegalArgumentException("neither {host} nor {date}: " + text);
            }
            done = close + 1;
        }
        return filled.append(text, done, text.length()).toString();
    }

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /// The present second, which all dates of a scenario count from.
    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static final class Reader {
        private final String file;
        private final List<Scenario> scenarios = new ArrayList<>();
        private final List<Step> steps = new ArrayList<>();
        private Optional<String> name = Optional.empty();
        private Optional<String> open = Optional.empty();
        private Set<Policy> policies = EnumSet.allOf(Policy.class);
        private int at;

        private Reader(String file) {
            this.file = file;
        }

        private List<Scenario> read(String text) {
            StringBuilder whole = new StringBuilder();
            int number = 0;
            for (String line : text.lines().toList()) {
                number++;
                boolean goesOn = line.startsWith(" ") && !line.isBlank();
                if (!goesOn) {
                    take(whole.toString());
                    whole.setLength(0);
                    at = number;
                }
                whole.append(goesOn ? " " : "").append(line.strip());
            }
            take(whole.toString());
            end();
            return scenarios;
        }

        private void take(String line) {
            if (line.startsWith("## ")) {
                end();
                name = Optional.of(line.substring(3).strip());
            } else if (!line.isBlank() && name.isPresent()) {
                statement(line);
            }
        }

        private void end() {
            if (name.isPresent()) {
                if (steps.stream().noneMatch(step -> step instanceof Asks)) {
                    throw wrong("nobody asks anything in: " + name.get());
                }
                scenarios.add(new Scenario(name.get(), policies, open, steps));
            }
            steps.clear();
            open = Optional.empty();
            policies = EnumSet.allOf(Policy.class);
            name = Optional.empty();
        }

        private void statement(String line) {
            int arrow = line.indexOf(" -> ");
            int colon = line.indexOf(':');
            String before = colon < 0 ? "" : line.substring(0, colon).strip();
            String after = colon < 0 ? "" : line.substring(colon + 1).strip();
            switch (before) {
                case "policy" -> policies = Set.of(policy(after));
                case "open" -> open = Optional.of(after);
                case "origin asked" -> steps.add(new Asked(at, Integer.parseInt(after)));
                case "origin saw" -> steps.add(saw(after));
                case "until" -> steps.add(asks(after, after.indexOf(" -> "), true));
                default -> {
                    if (before.equals("origin") || before.startsWith("origin ")) {
                        steps.add(says(before.substring("origin".length()).strip(), after));
                    } else {
                        steps.add(asks(line, arrow, false));
                    }
                }
            }
        }

        private Policy policy(String word) {
            for (Policy policy : Policy.values()) {
                if (policy.word().equals(word)) {
                    return policy;
                }
            }
            throw wrong("neither safe nor strict: " + word);
        }

        private Step saw(String text) {
            List<String> parts = parts(text);
            String[] first = parts.getFirst().split(" +", -1);
            if (first.length != 2) {
                throw wrong("not METHOD PATH: " + parts.getFirst());
            }
            return new Saw(at, first[0], first[1], claims(parts));
        }

        private Step says(String whom, String text) {
            String[] whose = whom.isEmpty() ? new String[0] : whom.split(" +", -1);
            Optional<String> method = Optional.empty();
            Optional<String> path = Optional.empty();
            for (String word : whose) {
                if (word.startsWith("/")) {
                    path = Optional.of(word);
                } else {
                    method = Optional.of(word);
                }
            }
            return new Says(at, method, path, answer(parts(text)));
        }

        private Answer answer(List<String> parts) {
            if (parts.equals(List.of("closes"))) {
                return new Answer(0, List.of(), Optional.empty(), Ending.SILENT);
            }
            int status = number(parts.getFirst());
            List<String> fields = new ArrayList<>();
            Optional<String> body = Optional.empty();
            Ending ending = Ending.WHOLE;
            for (String part : parts.subList(1, parts.size())) {
                if (quoted(part)) {
                    body = Optional.of(part.substring(1, part.length() - 1));
                } else if (part.equals("chunked")) {
                    ending = Ending.CHUNKED;
                } else if (part.equals("cut")) {
                    ending = Ending.CUT;
                } else if (part.equals("torn")) {
                    ending = Ending.TORN;
                } else {
                    fields.add(field(part));
                }
            }
            return new Answer(status, fields, body, ending);
        }

        private Step asks(String line, int arrow, boolean patient) {
            if (arrow < 0) {
                throw wrong("neither a statement nor a question: " + line);
            }
            List<String> parts = parts(line.substring(0, arrow));
            String[] first = parts.getFirst().split(" +", -1);
            if (first.length != 2 || !first[1].startsWith("/")) {
                throw wrong("not METHOD PATH: " + parts.getFirst());
            }
            List<String> fields =
                    parts.subList(1, parts.size()).stream().map(this::field).toList();
            return new Asks(at, first[0], first[1], fields, expected(parts(line.substring(arrow + 4))), patient);
        }

        private Expected expected(List<String> parts) {
            String first = parts.getFirst();
            Optional<String> body = Optional.empty();
            int quote = first.indexOf('"');
            if (quote >= 0) {
                if (!quoted(first.substring(quote))) {
                    throw wrong("a body ends the first part: " + first);
                }
                body = Optional.of(first.substring(quote + 1, first.length() - 1));
                first = first.substring(0, quote).strip();
            }
            String[] words = first.split(" +", -1);
            Optional<Source> source = Optional.empty();
            Optional<String> cacheStatus = Optional.empty();
            for (int i = 1; i < words.length; i++) {
                if (words[i].equals(words[i].toUpperCase(Locale.ROOT))) {
                    cacheStatus = Optional.of(words[i]);
                } else {
                    try {
                        source = Optional.of(Source.valueOf(words[i].toUpperCase(Locale.ROOT)));
                    } catch (IllegalArgumentException unknown) {
                        throw wrong("neither fetched, validated nor stored: " + words[i]);
                    }
                }
            }
            return new Expected(number(words[0]), source, cacheStatus, body, claims(parts));
        }

        private List<Claim> claims(List<String> parts) {
            return parts.subList(1, parts.size()).stream().map(this::claim).toList();
        }

        private Claim claim(String part) {
            if (part.startsWith("no ")) {
                return new Absent(part.substring(3));
            }
            String field = field(part);
            int colon = field.indexOf(':');
            String named = field.substring(0, colon);
            String value = field.substring(colon + 1).strip();
            int dots = value.indexOf("..");
            if (value.startsWith("~")) {
                return new Has(named, value.substring(1));
            }
            return dots > 0
                    ? new Between(named, number(value.substring(0, dots)), number(value.substring(dots + 2)))
                    : new Is(named, value);
        }

        private String field(String part) {
            if (part.indexOf(':') < 1) {
                throw wrong("not a field: " + part);
            }
            return part;
        }

        private int number(String text) {
            try {
                return Integer.parseInt(text.strip());
            } catch (NumberFormatException other) {
                throw wrong("not a number: " + text);
            }
        }

        private static boolean quoted(String part) {
            return part.length() > 1 && part.startsWith("\"") && part.endsWith("\"");
        }

        private static List<String> parts(String text) {
            List<String> parts = new ArrayList<>();
            for (String part : text.split(" \\| ", -1)) {
                parts.add(part.strip());
            }
            return parts;
        }

        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException(file + ":" + at + ": " + what);
        }
    }
}
