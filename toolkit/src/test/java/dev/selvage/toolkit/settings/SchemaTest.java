package dev.selvage.toolkit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {
    private static final Key<Integer> PORT = Key.of("http.port", Kind.port(), 8_080, "Where visitors come in.");
    private static final Key<Long> MEMORY =
            Key.of("cache.memory", Kind.bytes(1 << 20, 1L << 40), 64L << 20, "How much memory the cache takes.");
    private static final Key<Duration> DRAIN = Key.of(
            "drain", Kind.duration(Duration.ZERO, Duration.ofMinutes(1)), Duration.ofSeconds(5), "How long it drains.");
    private static final Key<List<Network>> PROXIES =
            Key.of("trusted-proxies", Kind.networks(), List.of(), "Who is believed.");
    private static final Key<String> COLO =
            Key.of("colo", Kind.text("three letters", Pattern.compile("[A-Z]{3}")), "DEV", "The name of this place.");
    private static final Schema SCHEMA = new Schema(List.of(PORT, MEMORY, DRAIN, PROXIES, COLO));

    @TempDir
    Path directory;

    @Test
    void withoutAFileEverySettingHasItsDefault() throws IOException {
        Values values = accepted(SCHEMA.read(null, List.of()));

        assertThat(values.get(PORT)).isEqualTo(8_080);
        assertThat(values.get(COLO)).isEqualTo("DEV");
        assertThat(values.place(COLO)).isEqualTo("colo");
    }

    @Test
    void nestedAndDottedNamesMeanTheSame() throws IOException {
        assertThat(accepted(read("http:\n  port: 81\n")).get(PORT)).isEqualTo(81);
        assertThat(accepted(read("http.port: 81\n")).get(PORT)).isEqualTo(81);
    }

    @Test
    void valuesAreReadWithTheirUnits() throws IOException {
        Values values = accepted(read("""
                cache: { memory: 2GiB }
                drain: 250ms
                trusted-proxies: [10.0.0.0/8, "2001:db8::/32"]
                """));

        assertThat(values.get(MEMORY)).isEqualTo(2L << 30);
        assertThat(values.get(DRAIN)).isEqualTo(Duration.ofMillis(250));
        assertThat(values.get(PROXIES)).map(Network::toString).containsExactly("10.0.0.0/8", "2001:db8:0:0:0:0:0:0/32");
    }

    @Test
    void theCommandLineWinsOverTheFile() throws IOException {
        Path file = write("http.port: 81\ncolo: FRA\n");

        Values values = accepted(SCHEMA.read(file, List.of(Given.option("http.port", "--http", "82"))));

        assertThat(values.get(PORT)).isEqualTo(82);
        assertThat(values.place(PORT)).isEqualTo("--http");
        assertThat(values.get(COLO)).isEqualTo("FRA");
        assertThat(values.place(COLO)).isEqualTo(file + ":2");
    }

    @Test
    void anUnknownSettingIsRefusedAndTheNearestIsNamed() throws IOException {
        assertThat(problems(read("cache:\n  memroy: 1GiB\n"))).singleElement().satisfies(problem -> {
            assertThat(problem.where()).endsWith("selvage.yaml:2");
            assertThat(problem.message()).contains("`cache.memroy`").contains("nearest is `cache.memory`");
        });
        assertThat(problems(read("prot: 1\n")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("nearest is `http.port`"));
        assertThat(problems(read("dorp:\n  x: 1\n")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("there is no setting `dorp`"));
    }

    @Test
    void everyProblemIsReportedAtOnceWithItsPlace() throws IOException {
        Path file = write("""
                http.port: 70000
                drain: 5
                colo: frankfurt
                cache.memory: [1GiB, 2GiB]
                nothing: 1
                """);

        List<Problem> problems = problems(SCHEMA.read(file, List.of(Given.option("http.port", "--http", "many"))));

        assertThat(problems)
                .map(Problem::toString)
                .containsExactly(
                        file
                                + ":1: http.port: `70000` is more than 65535; expected a port from 1 to 65535, or 0 for any"
                                + " free one",
                        file
                                + ":2: drain: `5` has no unit (ms, s, m, h, d); expected a time span such as 30s, from 0s to"
                                + " 1m",
                        file + ":3: colo: `frankfurt` is not that; expected three letters",
                        file
                                + ":4: cache.memory takes one value, not a list; expected an amount such as 512MiB, from 1MiB"
                                + " to 1TiB",
                        file
                                + ":5: there is no setting `nothing`; the nearest is `drain` (`./selvage config` lists them"
                                + " all)",
                        "--http: http.port: `many` is not a number; expected a port from 1 to 65535, or 0 for any free one");
    }

    @Test
    void aSettingGivenTwiceIsRefused() throws IOException {
        assertThat(problems(read("http.port: 1\nhttp:\n  port: 2\n")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).contains(":3: http.port was set before, at "));
    }

    @Test
    void aMapWhereAValueIsNeededIsRefusedAndTheOtherWayRound() throws IOException {
        assertThat(problems(read("drain:\n  seconds: 5\n")))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).isEqualTo("drain takes a value, not further settings"));
        assertThat(problems(read("http: 80\n")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).startsWith("http takes no value itself"));
    }

    @Test
    void aFileWithoutSettingsSetsNothing() throws IOException {
        assertThat(accepted(read("")).get(PORT)).isEqualTo(8_080);
        assertThat(accepted(read("# nothing\n")).get(PORT)).isEqualTo(8_080);
        assertThat(accepted(read("cache:\n  # memory: 1GiB\n")).get(PORT)).isEqualTo(8_080);
    }

    @Test
    void whatIsNotYamlIsRefusedWithItsLine() throws IOException {
        assertThat(problems(read("drain: 5s\ncolo: \"FRA\n")))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.toString()).contains("selvage.yaml:").contains("is not YAML"));
        assertThat(problems(read("just words\n")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("expected lines of the form"));
    }

    @Test
    void hostileFilesAreRefusedCheaply() throws IOException {
        assertThat(problems(read("a: ".repeat(1) + "[".repeat(5_000)))).isNotEmpty();
        assertThat(problems(read("x".repeat(SettingsFile.MAX_BYTES + 1))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("larger than 1MiB"));
        assertThat(problems(read("a: &a [1]\nb: *a\n"))).isNotEmpty();
        assertThat(problems(read("colo: !!java.io.File [/etc]\n"))).isNotEmpty();
        Path binary = directory.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(problems(SCHEMA.read(binary, List.of())))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).isEqualTo("is not UTF-8 text"));
    }

    @Test
    void aFileThatRefersToItselfEnds() throws IOException {
        assertThat(problems(read("http: &http\n  port: *http\n"))).isNotEmpty();
    }

    @Test
    void theManualIsASettingsFileThatSetsNothing() throws IOException {
        String manual = SCHEMA.manual();

        assertThat(manual.lines().filter(line -> !line.isEmpty())).allMatch(line -> line.startsWith("#"));
        assertThat(manual)
                .contains("## Where visitors come in.\n")
                .contains("# http.port: 8080\n")
                .contains("# cache.memory: 64MiB\n")
                .contains("# trusted-proxies: \"\"\n");
        Values same = accepted(read(manual.replaceAll("(?m)^# ", "")));
        assertThat(same.get(MEMORY)).isEqualTo(MEMORY.initial());
        assertThat(same.get(PROXIES)).isEmpty();
    }

    @Test
    void twoSettingsOfOneNameAreAMistakeOfTheProgram() {
        assertThatThrownBy(() -> new Schema(List.of(PORT, PORT))).hasMessageContaining("http.port");
    }

    private Schema.Outcome read(String yaml) throws IOException {
        return SCHEMA.read(write(yaml), List.of());
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(directory.resolve("selvage.yaml"), yaml, StandardCharsets.UTF_8);
    }

    private static Values accepted(Schema.Outcome outcome) {
        return switch (outcome) {
            case Schema.Accepted(Values values) -> values;
            case Schema.Refused(List<Problem> problems) -> throw new AssertionError(problems);
        };
    }

    private static List<Problem> problems(Schema.Outcome outcome) {
        return switch (outcome) {
            case Schema.Accepted _ -> throw new AssertionError("accepted");
            case Schema.Refused(List<Problem> problems) -> problems;
        };
    }
}
