package dev.selvage.edge.connection;

import dev.selvage.edge.http.HttpDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a cache must never do, said of single responses: all that the origin ever said is remembered, and a
/// response that a visitor got is looked at by itself. It does not know how a cache works.
///
/// Events are numbered in the order in which they happen; times are epoch milliseconds.
final class ModelOracle {
    static final int NEVER = Integer.MAX_VALUE;
    private static final int HEURISTIC_SECONDS = 86_400;

    /// A request of a visitor.
    ///
    /// @param mustHit nothing was in the way of answering it from the cache
    record Asked(int id, Step.Ask ask, Map<String, String> fields, int order, long at, boolean mustHit) {
        String path() {
            return ask.path();
        }
    }

    /// What the origin said in answer to a request.
    static final class Message {
        final int id;

        /// The visitor's request that it answers.
        final Asked request;

        final Step.Script script;
        final int status;
        final byte[] body;

        /// The message that a 304 confirms; null when this is no 304.
        final @Nullable Message confirmed;

        final Map<String, String> fields;

        /// When the origin was asked.
        final int askedOrder;

        final int answeredOrder;

        /// When the edge read its head.
        long readAt;

        /// When the origin had said all of it.
        int completeOrder = NEVER;

        /// When the edge had read all that it will ever get of it.
        int settledOrder = NEVER;

        Message(
                int id,
                Asked request,
                Step.Script script,
                int status,
                byte[] body,
                @Nullable Message confirmed,
                Map<String, String> fields,
                int askedOrder,
                int answeredOrder) {
            this.id = id;
            this.request = request;
            this.script = script;
            this.status = status;
            this.body = body;
            this.confirmed = confirmed;
            this.fields = fields;
            this.askedOrder = askedOrder;
            this.answeredOrder = answeredOrder;
            this.readAt = Long.MAX_VALUE;
        }

        /// A 304 that says that it is about another response than the one that was asked about.
        boolean confused() {
            return status == 304 && script.about() == Step.About.OTHER;
        }

        Step.Control control() {
            return script.control();
        }

        List<String> vary() {
            return names(fields.get("vary"));
        }

        /// Seconds of freshness (RFC 9111 section 4.2.1).
        long lifetime() {
            if (control().sMaxAge() >= 0) {
                return control().sMaxAge();
            }
            if (control().maxAge() >= 0) {
                return control().maxAge();
            }
            int of = confirmed == null ? status : confirmed.status;
            // RFC 9111 section 4.2.2: of these statuses, and of any other that is `public`.
            boolean may = of == 200 || of == 301 || of == 404 || control().isPublic();
            boolean heuristic = fields.containsKey("last-modified") && may;
            return heuristic ? HEURISTIC_SECONDS : 0;
        }

        /// How old it was at a time, at the least; milliseconds.
        long age(long at) {
            return at - readAt + script.age() * 1_000L;
        }

        boolean explicit() {
            return control().sMaxAge() >= 0 || control().maxAge() >= 0;
        }

        /// @param byTheLetter `s-maxage` forbids it even where the same field allows it
        boolean neverStale(boolean byTheLetter) {
            boolean allowed = control().staleWhileRevalidate() > 0 || control().staleIfError() > 0;
            return control().noCache()
                    || control().mustRevalidate()
                    || control().proxyRevalidate()
                    || (control().sMaxAge() >= 0 && (byTheLetter || !allowed));
        }
    }

    /// What a visitor got.
    ///
    /// @param whole false when the connection broke before the end
    /// @param at when its head came
    record Got(int status, Map<String, String> fields, byte[] body, boolean whole, long at) {}

    /// What was made invalid.
    ///
    /// @param name a path, or a group
    /// @param by the request that did it, whose own response is newer; -1 for none
    /// @param before what the origin was asked for before this is invalid
    /// @param from for requests that begin after this
    private record Purge(String name, int by, int before, int from) {}

    /// A soft purge.
    ///
    /// @param order of what was asked for before it, and of requests that begin after it
    private record Staling(String path, int order, long at) {}

    private enum Trouble {
        /// No answer, or half of one.
        SILENT,
        ERROR
    }

    private record Failed(String path, Trouble trouble, int order) {}

    private final boolean byTheLetter;
    private final List<Message> messages = new ArrayList<>();
    private final List<Purge> purges = new ArrayList<>();
    private final List<Staling> stalings = new ArrayList<>();
    private final List<Integer> reclaims = new ArrayList<>();
    private final List<Failed> failures = new ArrayList<>();
    private final Map<String, Integer> lastEviction = new HashMap<>();
    private final Map<String, Integer> forwarded = new HashMap<>();
    private int restarted;

    /// How often each thing was seen, so that a run can be told from one in which nothing happened.
    final Map<String, Integer> seen = new TreeMap<>();

    /// @param byTheLetter the cache policy is `strict`
    ModelOracle(boolean byTheLetter) {
        this.byTheLetter = byTheLetter;
    }

    // ---- what happens

    int nextMessage() {
        return messages.size();
    }

    void said(Message message) {
        messages.add(message);
        if (message.status >= 500) {
            failures.add(new Failed(message.request.path(), Trouble.ERROR, message.answeredOrder));
        }
    }

    Message message(int id) {
        return messages.get(id);
    }

    /// The newest message about a path that is not a 304; null when there is none.
    @Nullable
    Message newest(String path) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            Message message = messages.get(i);
            if (message.request.path().equals(path) && message.confirmed == null) {
                return message;
            }
        }
        return null;
    }

    /// Nothing of a path that the origin was asked for before `order` may be used for requests that begin later.
    void purged(String path, int order) {
        purges.add(new Purge(path, -1, order, order));
    }

    /// What the origin was asked for of a path before `order` is stale for requests that begin later.
    void madeStale(String path, int order, long at) {
        stalings.add(new Staling(path, order, at));
    }

    /// What was asked for before `order` and comes later need not be stored.
    void reclaimed(int order) {
        reclaims.add(order);
    }

    /// For how long a message has been stale by a purge when a request comes; milliseconds, negative when it is not.
    private long staleFor(Message message, int order, long at) {
        long since = Long.MAX_VALUE;
        for (Staling staling : stalings) {
            if (staling.path().equals(message.request.path())
                    && staling.order() > message.askedOrder
                    && staling.order() < order) {
                // The last of them counts: an edge need not know of those before.
                since = staling.at();
            }
        }
        return since == Long.MAX_VALUE ? -1 : at - since;
    }

    /// Nothing of a path or group that the origin was asked for before it answered an unsafe request may be used
    /// for requests that begin when its visitor has that answer.
    void invalidated(String name, Asked unsafe, int order) {
        for (Message message : messages) {
            if (message.request.id() == unsafe.id()) {
                purges.add(new Purge(name, unsafe.id(), message.answeredOrder, order));
            }
        }
    }

    /// True when a message was made invalid before `order`.
    private boolean purged(Message message, int order) {
        String group = message.fields.get("cache-groups");
        for (Purge purge : purges) {
            boolean named =
                    purge.name().equals(message.request.path()) || purge.name().equals(group);
            if (named
                    && purge.by() != message.request.id()
                    && purge.before() > message.askedOrder
                    && purge.from() < order) {
                return true;
            }
        }
        return false;
    }

    /// Nothing has to be stored of what came before `order`.
    void evicted(String path, int order) {
        lastEviction.put(path, order);
    }

    void restarted(int order) {
        restarted = order;
    }

    /// @param path empty for all
    void originFailed(String path, int order) {
        failures.add(new Failed(path, Trouble.SILENT, order));
    }

    /// The origin got a request.
    ///
    /// @return what is wrong with that, null when nothing
    @Nullable
    String originAsked(Asked request) {
        int times = forwarded.merge("" + request.id(), 1, Integer::sum);
        if (request.mustHit()) {
            return "the origin was asked although a fresh response is stored: " + request;
        }
        boolean repeatable = switch (request.ask().method()) {
            case "GET", "HEAD" -> true;
            default -> false;
        };
        return times > 1 && !repeatable ? "an unsafe request was sent twice: " + request : null;
    }

    // ---- must it hit?

    /// True when the newest response about the path is there, fresh, for these fields, and nothing has happened to
    /// it since.
    boolean mustHit(Step.Ask ask, Map<String, String> fields, long now) {
        Message last = null;
        for (Message message : messages) {
            if (message.request.path().equals(ask.path())) {
                last = message;
            }
        }
        if (last == null
                || last.confirmed != null
                || last.completeOrder == NEVER
                || !last.request.ask().method().equals("GET")
                || last.request.ask().authorized()
                || ask.authorized()
                || last.status != 200
                || last.answeredOrder < restarted
                || purged(last, NEVER)
                || staleFor(last, NEVER, now) >= 0
                || reclaimedUnder(last)
                || !ask.control().isEmpty()
                || !last.request.ask().control().isEmpty()
                || lastEviction.getOrDefault(ask.path(), -1) > last.askedOrder
                || troubleSince(ask.path(), last.askedOrder, true)) {
            return false;
        }
        for (Message other : messages) {
            boolean same = other.request.path().equals(ask.path());
            if (same && other != last && other.settledOrder >= last.askedOrder) {
                // Which of the two was stored last is not for us to say.
                return false;
            }
        }
        Step.Control control = last.control();
        boolean storable = last.explicit()
                && !control.noStore()
                && !control.isPrivate()
                && !control.noCache()
                && !control.cookie()
                && last.script.vary().indexOf('*') < 0;
        boolean get = ask.method().equals("GET") || ask.method().equals("HEAD");
        // RFC 9111 section 4.2.3 counts the wait for the response too, and a second for each rounding.
        long oldest = last.age(now) + last.readAt - last.request.at() + 2_000;
        return storable && get && sameVariant(last, fields) && oldest < last.lifetime() * 1_000;
    }

    private boolean reclaimedUnder(Message message) {
        return reclaims.stream().anyMatch(order -> message.askedOrder < order && order < message.settledOrder);
    }

    private static List<String> names(@Nullable String field) {
        List<String> names = new ArrayList<>();
        for (String name : field == null ? new String[0] : field.split(",", -1)) {
            names.add(name.strip().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    static boolean sameVariant(Message message, Map<String, String> fields) {
        return sameVariant(message.vary(), message, fields);
    }

    private static boolean sameVariant(List<String> vary, Message message, Map<String, String> fields) {
        for (String name : vary) {
            String made = message.request.fields().get(name);
            String now = fields.get(name);
            boolean same = Objects.equals(made, now)
                    || (made != null && now != null && made.replace(" ", "").equals(now.replace(" ", "")));
            if (name.equals("*") || !same) {
                return false;
            }
        }
        return true;
    }

    private boolean troubleSince(String path, int order, boolean errorsToo) {
        for (Failed failed : failures) {
            if (failed.order() > order
                    && (failed.path().isEmpty() || failed.path().equals(path))
                    && (errorsToo || failed.trouble() == Trouble.SILENT)) {
                return true;
            }
        }
        return false;
    }

    // ---- is it allowed?

    /// What is wrong with a response; null when nothing is.
    @Nullable
    String forbidden(Asked request, Got got) {
        String control = got.fields().get("cache-control");
        int mark = control == null ? -1 : control.indexOf("m=");
        if (mark < 0) {
            count("text of the edge's own");
            if (got.status() == 504 && request.ask().control().equals("only-if-cached")) {
                return null;
            }
            return got.status() >= 500 && troubleSince(request.path(), request.order(), true)
                    ? null
                    : "an answer of the edge's own although the origin is well";
        }
        Message said = messages.get(number(Objects.requireNonNull(control), mark + 2));
        String serial = got.fields().get("x-serial");
        Message made = serial != null
                ? messages.get(Integer.parseInt(serial))
                : said.confirmed == null ? said : said.confirmed;
        if (said.confused() && request.ask().method().equals("GET")) {
            return "the fields of a 304 about another response: message " + said.id;
        }
        if (said.confused()) {
            return null;
        }
        if (said.confirmed != null && said.confirmed != made) {
            return "the fields of a 304 about message " + said.confirmed.id + " with the body of " + made.id;
        }
        if (said.confirmed == null && said != made) {
            return "the fields of message " + said.id + " with the body of " + made.id;
        }
        if (!made.request.path().equals(request.path())) {
            return "the response of another path: message " + made.id;
        }
        if (got.fields().containsKey("cache-tag")) {
            return "a visitor sees the tags of message " + said.id;
        }
        String wrong = content(request, got, made, said);
        if (wrong == null && said.request.id() != request.id()) {
            wrong = shared(request, got, made, said);
        }
        boolean own = said.request.id() == request.id();
        boolean read =
                request.ask().method().equals("GET") || request.ask().method().equals("HEAD");
        if (wrong == null && own && read && request.ask().control().equals("only-if-cached")) {
            wrong = "the origin was asked although only what is cached was wanted";
        }
        return wrong;
    }

    /// Whether a response that the origin did not make or confirm for this very request may be used for it.
    private @Nullable String shared(Asked request, Got got, Message made, Message said) {
        count(said.confirmed == null ? "shared" : "shared, confirmed");
        for (Message message : List.of(made, said)) {
            Step.Control control = message.control();
            boolean get = switch (message.request.ask().method()) {
                case "GET" -> true;
                case "HEAD" -> message.confirmed != null;
                // RFC 9110 section 9.3.3
                case "POST" -> byTheLetter && message.explicit() && message.script.about() == Step.About.TARGET;
                default -> false;
            };
            if (!get) {
                return "an answer to " + message.request.ask().method() + " is shared: message " + message.id;
            }
            if (message.request.ask().control().equals("no-store")) {
                return "shared although its request said no-store: message " + message.id;
            }
            if (control.noStore() || control.isPrivate() || (control.cookie() && !byTheLetter)) {
                return "shared although it must not be stored: message " + message.id;
            }
            if (message.request.ask().authorized()
                    && !control.isPublic()
                    && !control.mustRevalidate()
                    && control.sMaxAge() < 0) {
                return "shared although its request was authorized: message " + message.id;
            }
        }
        // A 304 may bring a new Vary; one without leaves that which is stored.
        List<String> vary = said.vary().isEmpty() ? names(got.fields().get("vary")) : said.vary();
        if (!sameVariant(vary, said, request.fields())) {
            return "made for other fields, by Vary: message " + said.id;
        }
        if (purged(said, request.order())) {
            return "purged before the request began: message " + said.id;
        }
        if (said.answeredOrder < restarted && restarted < request.order()) {
            return "from before the start: message " + said.id;
        }
        long staleFor = staleFor(said, request.order(), request.at());
        if (staleFor >= 0) {
            count("stale by a purge");
        }
        if (said.answeredOrder > request.order() && staleFor < 0) {
            count("shared, came after the request");
            return null;
        }
        long expiredFor = said.age(request.at()) - said.lifetime() * 1_000;
        long lateBy = staleFor < 0 ? expiredFor : Math.max(staleFor, expiredFor);
        if (said.control().noCache()) {
            return "used without asking the origin, which no-cache forbids: message " + said.id;
        }
        String unwanted = unwanted(request, said, lateBy);
        if (unwanted != null) {
            return unwanted;
        }
        if (lateBy >= 0) {
            String stale = stale(request, said, lateBy);
            if (stale != null) {
                return stale;
            }
        }
        String age = got.fields().get("age");
        // Each of delay and rest is rounded down.
        if (age == null ? said.age(got.at()) >= 2_000 : Long.parseLong(age) * 1_000 + 2_000 <= said.age(got.at())) {
            return "older than its Age says: " + age + " of " + said.age(got.at()) + " ms, message " + said.id;
        }
        return null;
    }

    /// What the request's own directives have against a response from the cache (RFC 9111 section 5.2.1).
    private @Nullable String unwanted(Asked request, Message said, long lateBy) {
        String control = request.ask().control();
        if (!byTheLetter) {
            return null;
        }
        boolean failed = troubleSince(request.path(), request.order(), true);
        boolean wanted = switch (control) {
            case "no-cache" -> failed;
            case "max-age=0" -> failed;
            case "max-age=1" -> said.age(request.at()) < 2_000 || failed;
            case "max-age=3, max-stale=1" -> said.age(request.at()) < 4_000 || failed;
            case "min-fresh=2" -> lateBy <= -2_000 || failed;
            default -> true;
        };
        return wanted ? null : "not what the request's " + control + " takes: message " + said.id;
    }

    private @Nullable String stale(Asked request, Message said, long lateBy) {
        if (said.neverStale(byTheLetter)) {
            return "stale by " + lateBy + " ms, which it must never be: message " + said.id;
        }
        int accepted = switch (byTheLetter ? request.ask().control() : "") {
            case "max-stale" -> Integer.MAX_VALUE;
            case "max-stale=2" -> 2_000;
            case "max-age=3, max-stale=1" -> 1_000;
            default -> -1;
        };
        if (lateBy <= accepted) {
            count("stale by the request's leave");
            return null;
        }
        if (lateBy < said.control().staleWhileRevalidate() * 1_000L) {
            count("stale while revalidate");
            return null;
        }
        int permitted = said.control().staleIfError();
        boolean failed = troubleSince(request.path(), request.order(), permitted >= 0);
        if (failed && (permitted < 0 || lateBy < permitted * 1_000L)) {
            count("stale on error");
            return null;
        }
        return "stale by " + lateBy + " ms without leave: message " + said.id;
    }

    /// Whether status, bytes and validators are the message's.
    private @Nullable String content(Asked request, Got got, Message made, Message said) {
        count(got.status() + (said.confirmed == null ? "" : ", confirmed"));
        String range = request.fields().get("range");
        boolean head = request.ask().method().equals("HEAD");
        return switch (got.status()) {
            case 304 -> hasIt(request, got, made) ? null : "304 to somebody who does not have message " + made.id;
            case 206 -> range == null || made.status != 200 ? "206 without need" : part(got, made, range, request);
            case 416 -> {
                boolean beyond = range != null && firstByte(range, made.body.length) >= made.body.length;
                String whole = "bytes */" + made.body.length;
                boolean said416 = whole.equals(got.fields().get("content-range"));
                yield beyond && made.status == 200 && said416 ? null : "416 without need";
            }
            default ->
                got.status() == made.status
                        ? head ? null : whole(got, made)
                        : "status " + got.status() + " for message " + made.id + " of " + made.status;
        };
    }

    private static @Nullable String whole(Got got, Message made) {
        boolean complete = made.completeOrder != NEVER;
        if (!got.whole() && complete) {
            return "broken off although the origin was not: message " + made.id;
        }
        int length = got.whole() ? made.body.length : Math.min(made.body.length, got.body().length);
        boolean same = Arrays.equals(got.body(), Arrays.copyOf(made.body, length));
        return same && (complete || !got.whole()) ? null : "another body than that of message " + made.id;
    }

    private static @Nullable String part(Got got, Message made, String range, Asked request) {
        String ifRange = request.fields().get("if-range");
        if (ifRange != null && (made.script.weak() || !ifRange.equals(made.fields.get("etag")))) {
            return "a part of something else: message " + made.id;
        }
        int first = firstByte(range, made.body.length);
        int dash = range.indexOf('-');
        int last = range.charAt(6) == '-' || dash == range.length() - 1
                ? made.body.length - 1
                : Math.min(made.body.length - 1, Integer.parseInt(range.substring(dash + 1)));
        String said = "bytes " + first + '-' + last + '/' + made.body.length;
        if (!said.equals(got.fields().get("content-range"))) {
            return "the part " + got.fields().get("content-range") + " for " + said;
        }
        byte[] right = Arrays.copyOfRange(made.body, first, last + 1);
        return got.whole()
                ? Arrays.equals(got.body(), right) ? null : "other bytes than the part's: message " + made.id
                : made.completeOrder == NEVER ? null : "broken off although the origin was not: message " + made.id;
    }

    private static int firstByte(String range, int length) {
        int dash = range.indexOf('-');
        return dash == 6
                ? Math.max(0, length - Integer.parseInt(range.substring(7)))
                : Integer.parseInt(range.substring(6, dash));
    }

    private static boolean hasIt(Asked request, Got got, Message made) {
        String tags = request.fields().get("if-none-match");
        if (tags != null) {
            String etag = made.fields.get("etag");
            return tags.equals("*") || (etag != null && tags.replace("W/", "").equals(etag.replace("W/", "")));
        }
        String since = request.fields().get("if-modified-since");
        String modified = made.fields.getOrDefault("last-modified", got.fields().get("date"));
        // RFC 9111 section 4.3.2: the Date of a response stands for a date of change that it does not have.
        return since != null
                && modified != null
                && HttpDate.parse(modified).orElse(Long.MAX_VALUE)
                        <= HttpDate.parse(since).orElse(Long.MIN_VALUE);
    }

    private static int number(String text, int from) {
        int to = from;
        while (to < text.length() && Character.isDigit(text.charAt(to))) {
            to++;
        }
        return Integer.parseInt(text.substring(from, to));
    }

    void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }
}
