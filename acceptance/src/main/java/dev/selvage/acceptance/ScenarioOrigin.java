package dev.selvage.acceptance;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The origin of many scenarios at once, each under a host name of its own.
public final class ScenarioOrigin implements AutoCloseable {
    /// By this field of visitors the origin knows which scenario a request belongs to: it is asked under its own name.
    private static final String SCENARIO = "X-Scenario";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Origin origin;
    private final Map<String, Play> plays = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    private ScenarioOrigin() throws IOException {
        origin = Origin.answering(request -> {
            Play play = plays.get(request.header(SCENARIO).orElse(""));
            return play == null ? Say.status(404, "no such scenario") : play.answer(request);
        });
    }

    /// An origin on a free port of loopback.
    public static ScenarioOrigin start() throws IOException {
        return new ScenarioOrigin();
    }

    public URI uri() {
        return origin.uri();
    }

    /// Performs a scenario against the cache on `port`.
    ///
    /// @throws AssertionError where something is not as written, with the line
    public void perform(Scenario scenario, int port) throws Exception {
        String host = Scenario.host(numbers.incrementAndGet());
        Play play = new Play(host, port, Scenario.now());
        plays.put(host, play);
        try {
            for (Scenario.Step step : scenario.steps()) {
                play.perform(step);
            }
        } finally {
            plays.remove(host);
        }
    }

    @Override
    public void close() throws IOException {
        origin.close();
    }

    /// One scenario as it goes.
    private static final class Play {
        private final String host;
        private final int port;
        private final Instant now;
        private final List<Scenario.Says> says = new ArrayList<>();
        private final List<Wire.Request> requests = new ArrayList<>();
        private final List<Integer> statuses = new ArrayList<>();

        private Play(String host, int port, Instant now) {
            this.host = host;
            this.port = port;
            this.now = now;
        }

        private String filled(String text) {
            return Scenario.filled(text, now, host);
        }

        private synchronized Say answer(Wire.Request request) {
            requests.add(request);
            Optional<Scenario.Says> fitting = says.reversed().stream()
                    .filter(said ->
                            said.method().isEmpty() || said.method().get().equals(request.method()))
                    .filter(said -> said.path().isEmpty() || said.path().get().equals(request.target()))
                    .findFirst();
            if (fitting.isEmpty()) {
                statuses.add(404);
                return Say.status(
                        404,
                        "the origin was not told what to say to "
                                + request.head().line());
            }
            Scenario.Answer answer = fitting.get().answer();
            statuses.add(answer.status());
            if (answer.ending() == Scenario.Ending.SILENT) {
                return Say.nothing().thenClose();
            }
            if (answer.ending() == Scenario.Ending.TORN) {
                return Say.raw("HTTP/1.1 " + answer.status() + " Said\r\nContent-Le")
                        .thenClose();
            }
            String body = answer.body().map(this::filled).orElse("answer " + requests.size());
            boolean bodiless = answer.status() == 204 || answer.status() == 304;
            boolean head = request.method().equals("HEAD");
            boolean framed = answer.fields().stream()
                    .anyMatch(field -> field.regionMatches(true, 0, "Content-Length:", 0, 15)
                            || field.regionMatches(true, 0, "Transfer-Encoding:", 0, 18));
            StringBuilder text = new StringBuilder("HTTP/1.1 " + answer.status() + " Said\r\n");
            for (String field : answer.fields()) {
                text.append(filled(field)).append("\r\n");
            }
            if (answer.ending() == Scenario.Ending.CHUNKED) {
                text.append("Transfer-Encoding: chunked\r\n");
            } else if (!framed && !bodiless) {
                int length = body.length() + (answer.ending() == Scenario.Ending.CUT ? 5 : 0);
                text.append("Content-Length: ").append(length).append("\r\n");
            }
            text.append("\r\n");
            if (!bodiless && !head) {
                text.append(
                        answer.ending() == Scenario.Ending.CHUNKED
                                ? Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n"
                                : body);
            }
            Say said = Say.raw(text.toString());
            return answer.ending() == Scenario.Ending.CUT ? said.thenClose() : said;
        }

        private void perform(Scenario.Step step) throws Exception {
            switch (step) {
                case Scenario.Says told -> {
                    synchronized (this) {
                        says.add(told);
                    }
                }
                case Scenario.Asks asks -> ask(asks);
                case Scenario.Saw saw -> saw(saw);
                case Scenario.Asked asked -> asked(asked);
            }
        }

        private void ask(Scenario.Asks asks) throws Exception {
            if (asks.patient()) {
                Until.holds("line " + asks.line(), PATIENCE, () -> misfit(asks), Optional::isEmpty);
                return;
            }
            Optional<String> misfit = misfit(asks);
            if (misfit.isPresent()) {
                throw new AssertionError("line " + asks.line() + ": " + misfit.get() + seen());
            }
        }

        /// Asks; what is not as expected.
        private Optional<String> misfit(Scenario.Asks asks) throws IOException {
            List<String> fields = new ArrayList<>(List.of("Host: " + host, SCENARIO + ": " + host));
            asks.fields().forEach(field -> fields.add(filled(field)));
            int before = asked();
            Wire.Response response = Client.ask(port, asks.method(), asks.path(), "", fields.toArray(String[]::new));
            Scenario.Expected expected = asks.expected();
            List<String> wrong = new ArrayList<>();
            if (response.status() != expected.status()) {
                wrong.add("the status is not " + expected.status());
            }
            expected.source().ifPresent(source -> {
                if (source(before) != source) {
                    wrong.add("it was " + source(before) + ", not " + source);
                }
            });
            expected.cacheStatus().ifPresent(status -> {
                if (!response.header("CF-Cache-Status").orElse("").equals(status)) {
                    wrong.add("CF-Cache-Status is not " + status);
                }
            });
            expected.body().ifPresent(body -> {
                if (!response.text().equals(filled(body))) {
                    wrong.add("the body is not \"" + filled(body) + "\"");
                }
            });
            expected.claims().forEach(claim -> unmet(claim, response.head()).ifPresent(wrong::add));
            return wrong.isEmpty()
                    ? Optional.empty()
                    : Optional.of(asks.method() + " " + asks.path() + ": " + String.join("; ", wrong) + "\n  got: "
                            + response);
        }

        private synchronized Scenario.Source source(int before) {
            if (requests.size() == before) {
                return Scenario.Source.STORED;
            }
            return statuses.getLast() == 304 ? Scenario.Source.VALIDATED : Scenario.Source.FETCHED;
        }

        private void asked(Scenario.Asked expected) {
            if (asked() != expected.count()) {
                throw new AssertionError("line " + expected.line() + ": the origin was asked " + asked()
                        + " times, not " + expected.count() + seen());
            }
        }

        private void saw(Scenario.Saw saw) {
            Wire.Request last;
            synchronized (this) {
                if (requests.isEmpty()) {
                    throw new AssertionError("line " + saw.line() + ": the origin was not asked");
                }
                last = requests.getLast();
            }
            List<String> wrong = new ArrayList<>();
            if (!last.method().equals(saw.method()) || !last.target().equals(saw.path())) {
                wrong.add("it was not " + saw.method() + " " + saw.path());
            }
            saw.claims().forEach(claim -> unmet(claim, last.head()).ifPresent(wrong::add));
            if (!wrong.isEmpty()) {
                throw new AssertionError("line " + saw.line() + ": " + String.join("; ", wrong) + seen());
            }
        }

        private Optional<String> unmet(Scenario.Claim claim, Wire.Head head) {
            List<String> lines = head.headers(claim.name());
            String value = String.join(", ", lines);
            boolean met = switch (claim) {
                case Scenario.Absent _ -> lines.isEmpty();
                case Scenario.Is is -> !lines.isEmpty() && value.equals(filled(is.value()));
                case Scenario.Has has -> value.contains(filled(has.part()));
                case Scenario.Between between -> number(value) >= between.least() && number(value) <= between.most();
            };
            return met ? Optional.empty() : Optional.of("not " + claim);
        }

        private static long number(String value) {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException none) {
                return Long.MIN_VALUE;
            }
        }

        private synchronized int asked() {
            return requests.size();
        }

        private synchronized String seen() {
            StringBuilder all = new StringBuilder("\n  the origin saw:");
            for (int i = 0; i < requests.size(); i++) {
                all.append("\n    ")
                        .append(requests.get(i).head())
                        .append(" and said ")
                        .append(statuses.get(i));
            }
            return all.toString();
        }
    }
}
