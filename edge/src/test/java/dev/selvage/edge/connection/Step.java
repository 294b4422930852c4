package dev.selvage.edge.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// One thing that happens to the edge of [ModelEdge].
///
/// Picks count around what there is at that moment, so that a list of steps stays playable whatever is left out.
sealed interface Step {
    /// A visitor asks, when it waits for nothing.
    ///
    /// @param condition which validators it sends
    /// @param language its `Accept-Language`; empty for none
    /// @param range the `Range` field; empty for none
    /// @param control its `Cache-Control`; empty for none
    record Ask(
            int visitor,
            String method,
            String path,
            int tone,
            int size,
            String language,
            Condition condition,
            String range,
            String control,
            boolean authorized)
            implements Step {}

    /// The visitor's connection breaks.
    record Leave(int visitor) implements Step {}

    /// The visitor stops reading, or reads on.
    record Slow(int visitor, boolean on) implements Step {}

    /// A loop runs some of its tasks.
    record Run(int loop, int tasks) implements Step {}

    /// All loops run until nothing is left to do.
    record RunAll() implements Step {}

    /// The origin answers one of the requests that it has.
    record Answer(int pick, Script script) implements Step {}

    /// The origin sends the rest of a response that it has begun.
    record Rest(int pick) implements Step {}

    /// The origin closes a connection in the middle of what it does.
    record Cut(int pick) implements Step {}

    /// The origin refuses connections, or takes them again.
    record Refuse(boolean on) implements Step {}

    record Advance(int millis) implements Step {}

    /// The owner purges what covers a path.
    ///
    /// @param soft what is covered turns stale, else it is gone
    record Purge(String path, Reach reach, boolean soft) implements Step {
        Purge(String path) {
            this(path, Reach.URL, false);
        }

        static Purge random(String path, Random random) {
            Reach reach = Reach.values()[random.nextInt(Reach.values().length)];
            // What covers all is no more likely than it was to be asked for by hand.
            boolean wide = (reach == Reach.HOST || reach == Reach.EVERYTHING) && random.nextInt(4) > 0;
            return new Purge(path, wide ? Reach.TAG : reach, random.nextBoolean());
        }
    }

    /// By what a path is purged.
    enum Reach {
        URL,
        PREFIX,
        TAG,
        HOST,
        EVERYTHING
    }

    /// The edge gives back the space of what purges hide, and forgets them.
    record Reclaim() implements Step {}

    /// The cache lets a resource go.
    record Evict(String path) implements Step {}

    /// The edge starts anew, with nothing.
    record Restart() implements Step {}

    /// The validators of a request.
    enum Condition {
        NONE,
        /// `If-None-Match` with the newest entity tag of the path.
        CURRENT_TAG,
        /// `If-None-Match` with a tag that nothing has.
        UNKNOWN_TAG,
        ANY_TAG,
        /// `If-Modified-Since` with the newest date of the path.
        CURRENT_DATE,
        /// `If-Range` with the newest entity tag of the path.
        CURRENT_RANGE,
        UNKNOWN_RANGE
    }

    /// How the origin tells where a body ends.
    enum Framing {
        LENGTH,
        CHUNKED,
        CLOSE
    }

    /// What the origin answers.
    ///
    /// @param notModified nothing has changed: 304 when it is asked conditionally; to HEAD, what was said before
    /// @param about what the response to an unsafe request names besides its target
    /// @param group of `Cache-Groups`, or what an unsafe request makes invalid; empty for none
    /// @param first bytes of the body that come at once; the rest comes with [Rest]
    record Script(
            int status,
            boolean notModified,
            Control control,
            String vary,
            boolean etag,
            boolean weak,
            boolean lastModified,
            int age,
            boolean date,
            int bytes,
            int first,
            Framing framing,
            About about,
            String group) {
        /// What a last answer looks like, that nothing is left open behind.
        static final Script PLAIN = new Script(
                200, false, Control.NONE, "", false, false, false, 0, true, 10, 10, Framing.LENGTH, About.NOTHING, "");
    }

    /// What a response to an unsafe request, or a 304, is about.
    enum About {
        NOTHING,
        /// `Content-Location` is the target.
        TARGET,
        /// `Location` is another path; a 304 has the entity tag of another response.
        OTHER
    }

    /// What the origin says of caching; ages are seconds, -1 for not said.
    record Control(
            int maxAge,
            int sMaxAge,
            int staleWhileRevalidate,
            int staleIfError,
            boolean noStore,
            boolean noCache,
            boolean isPrivate,
            boolean isPublic,
            boolean mustRevalidate,
            boolean proxyRevalidate,
            boolean cookie) {
        static final Control NONE = new Control(-1, -1, -1, -1, false, false, false, false, false, false, false);

        /// The value of `Cache-Control`.
        ///
        /// @param message goes along as a directive that nobody knows: what is delivered tells whose it is
        String field(int message) {
            StringBuilder text = new StringBuilder("m=" + message);
            age(text, "max-age", maxAge);
            age(text, "s-maxage", sMaxAge);
            age(text, "stale-while-revalidate", staleWhileRevalidate);
            age(text, "stale-if-error", staleIfError);
            flag(text, "no-store", noStore);
            flag(text, "no-cache", noCache);
            flag(text, "private", isPrivate);
            flag(text, "public", isPublic);
            flag(text, "must-revalidate", mustRevalidate);
            flag(text, "proxy-revalidate", proxyRevalidate);
            return text.toString();
        }

        private static void age(StringBuilder text, String name, int seconds) {
            if (seconds >= 0) {
                text.append(", ").append(name).append('=').append(seconds);
            }
        }

        private static void flag(StringBuilder text, String name, boolean on) {
            if (on) {
                text.append(", ").append(name);
            }
        }
    }

    /// Random steps; always the same of the same seed.
    static List<Step> random(long seed, int count) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        while (steps.size() < count) {
            steps.addAll(some(random));
        }
        return steps;
    }

    private static List<Step> some(Random random) {
        int kind = random.nextInt(100);
        if (kind < 34) {
            // Most of the time one thing comes after the other, and now and then something in between.
            Step between = random.nextInt(4) > 0
                    ? new RunAll()
                    : random.nextBoolean() ? Purge.random(path(random), random) : new Advance(advance(random));
            return List.of(
                    ask(random),
                    new RunAll(),
                    between,
                    new Answer(random.nextInt(8), script(random)),
                    new RunAll(),
                    ask(random),
                    new RunAll());
        }
        if (kind < 52) {
            return List.of(ask(random));
        }
        if (kind < 68) {
            return List.of(new Answer(random.nextInt(8), script(random)));
        }
        if (kind < 88) {
            return List.of(
                    switch (random.nextInt(8)) {
                        case 0 -> new Run(random.nextInt(ModelEdge.LOOPS), 1 + random.nextInt(4));
                        case 1, 2 -> new RunAll();
                        case 3 -> new Rest(random.nextInt(4));
                        default -> new Advance(advance(random));
                    });
        }
        return List.of(
                kind < 91
                        ? Purge.random(path(random), random)
                        : kind < 93 ? new Cut(random.nextInt(8)) : seldom(random));
    }

    private static Step seldom(Random random) {
        return switch (random.nextInt(19)) {
            case 16, 17, 18 -> new Reclaim();
            case 0 -> new Purge(path(random), Reach.EVERYTHING, false);
            case 1 -> new Restart();
            case 2 -> new Evict(path(random));
            case 3, 4 -> new Leave(random.nextInt(ModelEdge.VISITORS));
            case 5, 6 -> new Refuse(true);
            case 7, 8, 9, 10, 11 -> new Refuse(false);
            case 12 -> new Slow(random.nextInt(ModelEdge.VISITORS), true);
            default -> new Slow(random.nextInt(ModelEdge.VISITORS), false);
        };
    }

    private static String path(Random random) {
        return random.nextInt(4) == 0 ? "/b?q" : "/a";
    }

    private static int advance(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 1;
            case 1 -> 700;
            case 2, 3 -> 1_000;
            case 4 -> 2_000;
            default -> random.nextInt(3) == 0 ? 7_000 : 1_000;
        };
    }

    private static Ask ask(Random random) {
        int kind = random.nextInt(20);
        String method = kind < 16 ? "GET" : kind < 18 ? "HEAD" : kind < 19 ? "POST" : "DELETE";
        Condition condition =
                random.nextInt(3) > 0 ? Condition.NONE : Condition.values()[random.nextInt(Condition.values().length)];
        boolean ranged =
                condition == Condition.CURRENT_RANGE || condition == Condition.UNKNOWN_RANGE || random.nextInt(6) == 0;
        List<String> ranges = List.of("bytes=0-0", "bytes=5-20", "bytes=-7", "bytes=40-", "bytes=100000-", "bytes=3-1");
        List<String> languages = List.of("en, de;q=0.5", "en,de;q=0.5", "de");
        List<String> controls = List.of(
                "no-cache",
                "no-store",
                "max-age=0",
                "max-age=1",
                "min-fresh=2",
                "max-stale",
                "max-stale=2",
                "only-if-cached",
                "max-age=3, max-stale=1");
        return new Ask(
                random.nextInt(ModelEdge.VISITORS),
                method,
                path(random),
                random.nextInt(3),
                random.nextInt(2),
                random.nextInt(4) > 0 ? "" : languages.get(random.nextInt(languages.size())),
                condition,
                ranged && method.equals("GET") ? ranges.get(random.nextInt(ranges.size())) : "",
                random.nextInt(8) > 0 ? "" : controls.get(random.nextInt(controls.size())),
                random.nextInt(15) == 0);
    }

    private static Script script(Random random) {
        int[] bodies = {0, 1, 30, 30, 30, 3_000, 90_000};
        int bytes = bodies[random.nextInt(bodies.length)];
        int status = switch (random.nextInt(18)) {
            case 0 -> 404;
            case 1 -> 503;
            case 2 -> 500;
            case 3 -> 301;
            default -> 200;
        };
        List<String> varies =
                List.of("", "", "", "", "", "", "X-Tone", "X-Tone", "X-Size, x-tone", "Accept-Language", "*");
        return new Script(
                status,
                random.nextBoolean(),
                control(random),
                varies.get(random.nextInt(varies.size())),
                random.nextInt(3) > 0,
                random.nextInt(4) == 0,
                random.nextInt(3) == 0,
                random.nextInt(6) == 0 ? random.nextInt(4) : 0,
                random.nextInt(5) > 0,
                bytes,
                random.nextInt(4) == 0 ? bytes / 2 : bytes,
                Framing.values()[random.nextInt(3)],
                random.nextInt(3) == 0 ? About.TARGET : random.nextInt(3) == 0 ? About.OTHER : About.NOTHING,
                random.nextInt(5) == 0 ? "\"g\"" : "");
    }

    private static Control control(Random random) {
        int[] ages = {0, 1, 2, 2, 5, 60, 60};
        return new Control(
                random.nextInt(4) > 0 ? ages[random.nextInt(ages.length)] : -1,
                random.nextInt(8) == 0 ? ages[random.nextInt(ages.length)] : -1,
                random.nextInt(4) == 0 ? 2 : -1,
                random.nextInt(4) == 0 ? 3 * random.nextInt(2) : -1,
                random.nextInt(24) == 0,
                random.nextInt(24) == 0,
                random.nextInt(24) == 0,
                random.nextInt(10) == 0,
                random.nextInt(14) == 0,
                random.nextInt(30) == 0,
                random.nextInt(24) == 0);
    }
}
