package dev.selvage.app;

import dev.selvage.analytics.AnalyticsSettings;
import dev.selvage.control.ControlSettings;
import dev.selvage.control.access.Credentials;
import dev.selvage.control.purge.PurgeLimits;
import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.tier.TierSecret;
import dev.selvage.edge.tier.TierSettings;
import dev.selvage.edge.tier.UpperAddress;
import dev.selvage.model.origin.AddressKind;
import dev.selvage.model.origin.OriginPolicy;
import dev.selvage.toolkit.settings.Given;
import dev.selvage.toolkit.settings.Key;
import dev.selvage.toolkit.settings.Kind;
import dev.selvage.toolkit.settings.Network;
import dev.selvage.toolkit.settings.Problem;
import dev.selvage.toolkit.settings.Schema;
import dev.selvage.toolkit.settings.Values;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The settings of `up`.
///
/// Each key's documentation below is the manual's text: `./selvage config` prints it.
///
/// @param region empty for none
record UpSettings(
        String bind,
        int httpPort,
        int httpsPort,
        int apiPort,
        Path data,
        String colo,
        String region,
        LogLevel log,
        Duration drain,
        CachePolicy cachePolicy,
        long cacheMemory,
        long cacheMaxObject,
        Compression compression,
        int edgeThreads,
        List<Network> trustedProxies,
        OriginPolicy origins,
        List<Network> addresses,
        int maxConnections,
        EdgeSettings.Limits limits,
        EdgeSettings.Timeouts timeouts,
        Duration purgeLease,
        Credentials.Limits apiLimits,
        PurgeLimits purging,
        long analyticsMemory,
        long analyticsDisk,
        int rowBudget,
        EdgeSettings.Rows rows,
        TierSettings tier) {

    /// How cautious the cache is where the RFC leaves room.
    enum CachePolicy {
        SAFE,
        STRICT
    }

    /// Whether the edge compresses.
    enum Compression {
        ON,
        OFF
    }

    /// What the log shows.
    enum LogLevel {
        WARNING,
        INFO,
        DEBUG
    }

    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TIB = 1L << 40;
    private static final long MOST_SECRET = 4 * KIB;
    private static final EdgeSettings.Limits LIMITS = EdgeSettings.Limits.DEFAULTS;
    private static final EdgeSettings.Timeouts TIMEOUTS = EdgeSettings.Timeouts.DEFAULTS;
    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);

    static final Key<String> BIND = Key.of(
            "bind",
            Kind.text(
                    "an IP address or host name of this machine; 0.0.0.0 or :: for all",
                    Pattern.compile("[0-9A-Za-z._:-]{1,253}")),
            "127.0.0.1",
            "The address that the edge, the API and the dashboard listen on.");
    static final Key<Integer> HTTP_PORT =
            Key.of("http.port", Kind.port(), 8_080, "The edge's port for visitors, in the clear.");
    static final Key<Integer> HTTPS_PORT = Key.of(
            "https.port",
            Kind.port(),
            8_443,
            "The edge's port for visitors, with TLS. This version keeps it in the settings and does not serve it yet.");
    static final Key<Integer> API_PORT = Key.of(
            "api.port", Kind.port(), 8_787, "The port of the API, the dashboard, the health checks and the metrics.");
    static final Key<Path> DATA = Key.of(
            "data",
            Kind.path(),
            Path.of("selvage-data"),
            "The directory that holds everything to be kept: zones, counters, the admin token. One process at a time.");
    static final Key<String> COLO = Key.of(
            "colo",
            Kind.text("3 to 8 letters or digits, upper case", Pattern.compile("[A-Z0-9]{3,8}")),
            "DEV",
            "The name of this point of presence: it ends every CF-Ray and is a dimension of the analytics.");
    static final Key<String> REGION = Key.of(
            "region",
            Kind.text(
                    "a word of at most 32 letters, digits, - and _; empty for none",
                    Pattern.compile("[A-Za-z0-9_-]{0,32}")),
            "",
            "The region that this point of presence belongs to.");
    static final Key<LogLevel> LOG = Key.of(
            "log",
            Kind.word(LogLevel.class),
            LogLevel.WARNING,
            "What is written to the standard error: warnings and errors, or more.");
    static final Key<Duration> DRAIN = Key.of(
            "drain",
            Kind.duration(Duration.ZERO, Duration.ofMinutes(10)),
            Duration.ofSeconds(5),
            "How long requests under way may take to finish when the program is told to stop. A second signal stops it at"
                    + " once.");
    static final Key<CachePolicy> CACHE_POLICY = Key.of(
            "cache.policy",
            Kind.word(CachePolicy.class),
            CachePolicy.SAFE,
            "`safe` does not store an answer that sets a cookie unless it says that it is fresh and a rule allows it, and"
                    + " lets no visitor's `Cache-Control` get past the cache; `strict` follows RFC 9111 to the letter."
                    + " docs/caching.md has all differences.");
    static final Key<Long> CACHE_MEMORY = Key.derived(
            "cache.memory",
            Kind.bytes(8 * MIB, 4 * TIB),
            Memory.eighth(Memory.total(), 64 * MIB, 4 * GIB),
            "an eighth of the machine's memory, at least 64MiB and at most 4GiB",
            "How much memory the cache takes for answers. It lies outside of the Java heap.");
    static final Key<Long> CACHE_MAX_OBJECT = Key.of(
            "cache.max-object",
            Kind.bytes(KIB, TIB),
            64 * MIB,
            "The largest answer that is cached; larger ones are passed through. At most half of cache.memory counts.");
    static final Key<Compression> COMPRESSION = Key.of(
            "compression",
            Kind.word(Compression.class),
            Compression.ON,
            "Whether text, JSON, scripts and what else compresses well is sent in gzip, Brotli or zstd to visitors who"
                    + " accept that. What is cached is compressed once.");
    static final Key<Duration> PURGE_LEASE = Key.of(
            "purge.lease",
            // Below a second any pause of the machine would send every request to the origins. A day is far below the
            // week for which purges are kept, so that what was missed can be caught up with.
            Kind.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
            EdgeSettings.PURGE_LEASE,
            "How long an edge that is cut off from the management plane goes on serving what it has stored. After that it"
                    + " asks the origin each time, until it has caught up with the purges that it missed.");
    static final Key<Integer> EDGE_THREADS = Key.derived(
            "edge.threads",
            Kind.integer(1, 1_024),
            Runtime.getRuntime().availableProcessors(),
            "one per processor",
            "The number of event loops that serve visitors.");
    static final Key<List<Network>> TRUSTED_PROXIES = Key.of(
            "trusted-proxies",
            Kind.networks(),
            List.of(),
            "Those whose X-Forwarded-For, X-Forwarded-Proto and CF-Connecting-IP are believed, because they stand between"
                    + " the visitors and this edge. From anybody else these headers are removed.");
    static final Key<List<Network>> ADDRESSES = Key.of(
            "edge.addresses",
            Kind.networks(),
            List.of(),
            "The addresses from which this edge asks origins, as `GET /client/v4/ips` tells them to those who let nobody"
                    + " else in.");
    static final Key<String> UPPER = Key.of(
            "edge.upper",
            Kind.text(
                    "the URL of another edge, such as http://10.0.0.1:8080; empty for none",
                    Pattern.compile("(https?://.{1,300})?")),
            "",
            "The edge that is asked for what is cacheable and not stored here, before the origin is: its port for"
                    + " visitors. It must serve the same zones. When it fails, the origin is asked. Over http:// the"
                    + " requests are in the clear, and those whose origin is asked over TLS do not go there.");
    static final Key<String> TIER_SECRET_FILE = Key.of(
            "edge.tier-secret-file",
            Kind.text("the path of a file; empty for none", Pattern.compile(".{0,4096}")),
            "",
            "A file with the secret by which edges that ask each other know each other, at least 32 characters in one"
                    + " line, the same at all of them. Their clocks may be a minute apart.");
    static final Key<Duration> CLIENT_HEADER_TIMEOUT = Key.of(
            "client.header-timeout",
            Kind.duration(TICK, HOUR),
            TIMEOUTS.clientHead(),
            "How long a visitor may take to send a request's head, from its first byte.");
    static final Key<Duration> CLIENT_IDLE_TIMEOUT = Key.of(
            "client.idle-timeout",
            Kind.duration(TICK, HOUR),
            TIMEOUTS.clientIdle(),
            "How long a visitor's connection may be silent between requests.");
    static final Key<Duration> CLIENT_BODY_TIMEOUT = Key.of(
            "client.body-timeout",
            Kind.duration(TICK, HOUR),
            TIMEOUTS.clientBody(),
            "How long a visitor may be silent within a request's body.");
    static final Key<Duration> CLIENT_SEND_TIMEOUT = Key.of(
            "client.send-timeout",
            Kind.duration(TICK, HOUR),
            TIMEOUTS.clientSend(),
            "How long a visitor may take nothing of an answer that is being sent.");
    static final Key<Integer> CLIENT_MAX_CONNECTIONS = Key.of(
            "client.max-connections",
            Kind.integer(1, 10_000_000),
            65_536,
            "How many connections visitors may hold at a time.");
    static final Key<Long> CLIENT_MAX_TARGET = Key.of(
            "client.max-target",
            Kind.bytes(256, MIB),
            (long) LIMITS.target(),
            "The longest request target (path and query); longer ones are answered with 414.");
    static final Key<Long> CLIENT_MAX_HEAD = Key.of(
            "client.max-head",
            Kind.bytes(KIB, MIB),
            (long) LIMITS.head(),
            "The largest head of a request; larger ones are answered with 431.");
    static final Key<Integer> CLIENT_MAX_FIELDS = Key.of(
            "client.max-fields",
            Kind.integer(8, 10_000),
            LIMITS.fields(),
            "The largest number of a request's header fields; more are answered with 431.");
    static final Key<Long> CLIENT_MAX_BODY = Key.of(
            "client.max-body",
            Kind.bytes(0, TIB),
            LIMITS.body(),
            "The largest body of a request; larger ones are answered with 413.");
    static final Key<Duration> ORIGIN_CONNECT_TIMEOUT = Key.of(
            "origin.connect-timeout",
            Kind.duration(TICK, HOUR),
            TIMEOUTS.originConnect(),
            "How long an origin may take to accept a connection.");
    static final Key<Duration> ORIGIN_FIRST_BYTE_TIMEOUT = Key.of(
            "origin.first-byte-timeout",
            Kind.duration(TICK, HOUR),
            TIMEOUTS.originFirstByte(),
            "How long an origin may take from a request to the head of its answer.");
    static final Key<Duration> ORIGIN_IDLE_TIMEOUT = Key.of(
            "origin.idle-timeout",
            Kind.duration(TICK, HOUR),
            TIMEOUTS.originIdle(),
            "How long an origin may be silent within an answer.");
    static final Key<Duration> ORIGIN_KEEP_ALIVE = Key.of(
            "origin.keep-alive",
            Kind.duration(TICK, HOUR),
            TIMEOUTS.originKeepAlive(),
            "How long a connection to an origin is kept while it is not used.");
    static final Key<Long> ORIGIN_MAX_HEAD = Key.of(
            "origin.max-head",
            Kind.bytes(KIB, MIB),
            (long) LIMITS.responseHead(),
            "The largest head of an origin's answer; larger ones are answered with 520.");
    static final Key<List<AddressKind>> ORIGIN_ALLOW = Key.of(
            "origin.allow",
            Kind.words(OriginPolicy.CHOICES),
            List.of(AddressKind.LOOPBACK, AddressKind.PRIVATE),
            "Which addresses an origin may have beside public ones, as records and rules name them and as names resolve;"
                    + " `[]` for none. Leave out loopback and private where others manage their zones. Cloud metadata"
                    + " services, addresses that nobody has, and the ports of this program are never origins.");
    static final Key<Integer> MAX_LOOPS = Key.of(
            "max-loops",
            Kind.integer(1, 100),
            LIMITS.loops(),
            "How often a request may have passed this CDN before, as CDN-Loop tells; beyond it the answer is 508.");
    static final Key<Integer> API_CALLS = Key.of(
            "api.calls-per-five-minutes",
            Kind.integer(1, 1_000_000_000),
            Credentials.Limits.DEFAULTS.callsPerFiveMinutes(),
            "How often one token may call the API in five minutes; more is answered with 429.");
    static final Key<Integer> API_FAILURES = Key.of(
            "api.failures-per-second",
            Kind.integer(1, 1_000_000),
            Credentials.Limits.DEFAULTS.failuresPerSecond(),
            "How often one address may call the API in a second with wrong credentials; more is answered with 429.");
    static final Key<Integer> PURGE_ENTRIES = Key.of(
            "purge.entries-per-call",
            Kind.integer(1, 10_000),
            PurgeLimits.DEFAULTS.entries(),
            "How many URLs, hosts, prefixes or tags one call may purge; more is answered with 400.");
    static final Key<Integer> PURGE_CALLS = Key.of(
            "purge.calls-per-second",
            Kind.integer(1, 1_000_000),
            PurgeLimits.DEFAULTS.requestsPerSecond(),
            "How often one account may purge by tag, host or prefix, or everything, per second in the long run; more is"
                    + " answered with 429.");
    static final Key<Integer> PURGE_BURST = Key.of(
            "purge.burst",
            Kind.integer(1, 10_000_000),
            PurgeLimits.DEFAULTS.requestBurst(),
            "How often it may do so at once.");
    static final Key<Integer> PURGE_URLS = Key.of(
            "purge.urls-per-second",
            Kind.integer(1, 10_000_000),
            PurgeLimits.DEFAULTS.urlsPerSecond(),
            "How many URLs one account may purge per second; more is answered with 429.");
    static final Key<Long> ANALYTICS_MEMORY = Key.derived(
            "analytics.memory",
            Kind.bytes(64 * MIB, TIB),
            Memory.eighth(Memory.total(), 128 * MIB, 2 * GIB),
            "an eighth of the machine's memory, at least 128MiB and at most 2GiB",
            "How much memory the analytics store may take.");
    static final Key<Long> ANALYTICS_DISK = Key.of(
            "analytics.disk",
            Kind.bytes(64 * MIB, 1024 * TIB),
            10 * GIB,
            "About how much of the disk the analytics store may take. Beyond it the oldest rows go first, then sampling"
                    + " tightens; totals stay exact.");
    static final Key<Integer> ROW_BUDGET = Key.of(
            "analytics.row-budget",
            Kind.integer(10_000, 100_000_000),
            AnalyticsSettings.ROW_BUDGET,
            "How many stored rows one dataset of a query reads at most. A question over more is answered from thinner"
                    + " samples, hour by hour, with its intervals; a larger budget makes estimates narrower and answers"
                    + " slower.");
    static final Key<Integer> ROWS_PER_SECOND = Key.of(
            "analytics.rows-per-second",
            Kind.integer(0, 1_000_000),
            EdgeSettings.Rows.DEFAULTS.perZone(),
            "How many requests per second and zone are kept as rows for drill-downs, all event loops together. Beyond it a"
                    + " sample is kept, with its weights; the totals count every request all the same.");
    static final Key<Integer> ROWS_PER_SECOND_TOTAL = Key.of(
            "analytics.rows-per-second-total",
            Kind.integer(0, 10_000_000),
            EdgeSettings.Rows.DEFAULTS.total(),
            "How many requests per second are kept as rows in all. When the zones together want more, none has more than"
                    + " another that wants more too, and those that want less keep everything.");

    static final Schema SCHEMA = new Schema(List.of(
            BIND,
            HTTP_PORT,
            HTTPS_PORT,
            API_PORT,
            DATA,
            COLO,
            REGION,
            LOG,
            DRAIN,
            CACHE_POLICY,
            CACHE_MEMORY,
            CACHE_MAX_OBJECT,
            COMPRESSION,
            PURGE_LEASE,
            EDGE_THREADS,
            TRUSTED_PROXIES,
            ADDRESSES,
            UPPER,
            TIER_SECRET_FILE,
            CLIENT_HEADER_TIMEOUT,
            CLIENT_IDLE_TIMEOUT,
            CLIENT_BODY_TIMEOUT,
            CLIENT_SEND_TIMEOUT,
            CLIENT_MAX_CONNECTIONS,
            CLIENT_MAX_TARGET,
            CLIENT_MAX_HEAD,
            CLIENT_MAX_FIELDS,
            CLIENT_MAX_BODY,
            ORIGIN_CONNECT_TIMEOUT,
            ORIGIN_FIRST_BYTE_TIMEOUT,
            ORIGIN_IDLE_TIMEOUT,
            ORIGIN_KEEP_ALIVE,
            ORIGIN_MAX_HEAD,
            ORIGIN_ALLOW,
            MAX_LOOPS,
            API_CALLS,
            API_FAILURES,
            PURGE_ENTRIES,
            PURGE_CALLS,
            PURGE_BURST,
            PURGE_URLS,
            ANALYTICS_MEMORY,
            ANALYTICS_DISK,
            ROW_BUDGET,
            ROWS_PER_SECOND,
            ROWS_PER_SECOND_TOTAL));

    /// Reads the settings file, if one is named, and the options, which win over it.
    ///
    /// @param direct the most that the cache may have of this process's memory, in bytes
    static UpSettings read(@Nullable Path file, List<Given> options, long direct) throws CannotStart {
        Schema.Outcome outcome;
        try {
            if (file != null && Files.isDirectory(file)) {
                throw new CannotStart(Exit.CONFIG, "the settings file " + file + " is a directory; name a YAML file");
            }
            outcome = SCHEMA.read(file, options);
        } catch (IOException unreadable) {
            throw new CannotStart(
                    Exit.CONFIG,
                    "cannot read the settings file " + file + "; name a file that this user may read with --config",
                    unreadable);
        }
        return switch (outcome) {
            case Schema.Accepted(Values values) -> of(values, direct);
            case Schema.Refused(List<Problem> problems) -> throw refused(problems);
        };
    }

    private static UpSettings of(Values values, long direct) throws CannotStart {
        List<Problem> problems = new ArrayList<>();
        for (List<Key<Integer>> pair :
                List.of(List.of(HTTP_PORT, API_PORT), List.of(HTTP_PORT, HTTPS_PORT), List.of(HTTPS_PORT, API_PORT))) {
            int port = values.get(pair.getFirst());
            if (port != 0 && port == values.get(pair.getLast())) {
                problems.add(new Problem(
                        values.place(pair.getLast()),
                        pair.getFirst().name() + " and " + pair.getLast().name() + " are both " + port
                                + "; give them different ports"));
            }
        }
        try {
            InetAddress.getByName(values.get(BIND));
        } catch (UnknownHostException unknown) {
            problems.add(new Problem(
                    values.place(BIND),
                    "bind: `" + values.get(BIND) + "` is not known as an address; expected "
                            + BIND.kind().expects()));
        }
        long memory = values.get(CACHE_MEMORY);
        if (memory > direct) {
            problems.add(new Problem(
                    values.place(CACHE_MEMORY),
                    "cache.memory is " + CACHE_MEMORY.kind().show(memory) + ", but this process may use only "
                            + (direct >> 20) + "MiB outside of the heap; set less, or raise it with"
                            + " SELVAGE_JAVA_OPTS=-XX:MaxDirectMemorySize="
                            + CACHE_MEMORY.kind().show(memory + GIB).replace("iB", "")));
        }
        TierSettings tier = tier(values, problems);
        if (!problems.isEmpty()) {
            throw refused(problems);
        }
        return new UpSettings(
                values.get(BIND),
                values.get(HTTP_PORT),
                values.get(HTTPS_PORT),
                values.get(API_PORT),
                values.get(DATA),
                values.get(COLO),
                values.get(REGION),
                values.get(LOG),
                values.get(DRAIN),
                values.get(CACHE_POLICY),
                memory,
                Math.min(values.get(CACHE_MAX_OBJECT), memory / 2),
                values.get(COMPRESSION),
                values.get(EDGE_THREADS),
                values.get(TRUSTED_PROXIES),
                new OriginPolicy(Set.copyOf(values.get(ORIGIN_ALLOW))),
                values.get(ADDRESSES),
                values.get(CLIENT_MAX_CONNECTIONS),
                new EdgeSettings.Limits(
                        Math.toIntExact(values.get(CLIENT_MAX_TARGET)),
                        Math.toIntExact(values.get(CLIENT_MAX_HEAD)),
                        values.get(CLIENT_MAX_FIELDS),
                        values.get(CLIENT_MAX_BODY),
                        Math.toIntExact(values.get(ORIGIN_MAX_HEAD)),
                        values.get(MAX_LOOPS)),
                new EdgeSettings.Timeouts(
                        values.get(CLIENT_HEADER_TIMEOUT),
                        values.get(CLIENT_IDLE_TIMEOUT),
                        values.get(CLIENT_BODY_TIMEOUT),
                        values.get(CLIENT_SEND_TIMEOUT),
                        values.get(ORIGIN_CONNECT_TIMEOUT),
                        values.get(ORIGIN_FIRST_BYTE_TIMEOUT),
                        values.get(ORIGIN_IDLE_TIMEOUT),
                        values.get(ORIGIN_KEEP_ALIVE)),
                values.get(PURGE_LEASE),
                new Credentials.Limits(values.get(API_CALLS), values.get(API_FAILURES)),
                new PurgeLimits(
                        values.get(PURGE_ENTRIES),
                        values.get(PURGE_CALLS),
                        values.get(PURGE_BURST),
                        values.get(PURGE_URLS)),
                values.get(ANALYTICS_MEMORY),
                values.get(ANALYTICS_DISK),
                values.get(ROW_BUDGET),
                new EdgeSettings.Rows(values.get(ROWS_PER_SECOND), values.get(ROWS_PER_SECOND_TOTAL)),
                tier);
    }

    private static TierSettings tier(Values values, List<Problem> problems) {
        UpperAddress upper = null;
        if (!values.get(UPPER).isEmpty()) {
            upper = UpperAddress.parse(values.get(UPPER)).orElse(null);
            if (upper == null) {
                problems.add(new Problem(
                        values.place(UPPER),
                        "edge.upper: `" + values.get(UPPER) + "` is no such URL; expected "
                                + UPPER.kind().expects()));
            }
        }
        TierSecret secret = null;
        if (!values.get(TIER_SECRET_FILE).isEmpty()) {
            secret = secret(values, problems);
        } else if (upper != null) {
            problems.add(new Problem(
                    values.place(UPPER), "edge.upper needs a secret that both edges know; set edge.tier-secret-file"));
        }
        return problems.isEmpty() ? new TierSettings(upper, secret) : TierSettings.NONE;
    }

    private static @Nullable TierSecret secret(Values values, List<Problem> problems) {
        String file = values.get(TIER_SECRET_FILE);
        String problem;
        try {
            Path path = Path.of(file);
            String text =
                    Files.size(path) > MOST_SECRET ? "" : Files.readString(path).strip();
            if (text.length() >= TierSecret.LEAST && text.lines().count() == 1) {
                return new TierSecret(text);
            }
            problem = "does not hold one line of at least " + TierSecret.LEAST + " characters";
        } catch (IOException | InvalidPathException _) {
            problem = "cannot be read as text";
        }
        problems.add(new Problem(
                values.place(TIER_SECRET_FILE), "edge.tier-secret-file: the file `" + file + "` " + problem));
        return null;
    }

    /// What the management plane needs of this.
    ///
    /// @param token the admin token to accept in place of the stored one
    ControlSettings control(Path directory, @Nullable String token) {
        return new ControlSettings(
                directory,
                token,
                apiLimits,
                purging,
                addresses.stream().map(Network::toString).toList(),
                origins,
                Clock.systemUTC());
    }

    /// What the edge needs of this.
    EdgeSettings edge() {
        return new EdgeSettings(
                new InetSocketAddress(bind, httpPort),
                edgeThreads,
                colo,
                cacheMemory,
                cacheMaxObject,
                cachePolicy == CachePolicy.STRICT,
                compression == Compression.ON,
                trustedProxies.stream().map(Network::toString).toList(),
                origins,
                rows,
                maxConnections,
                limits,
                timeouts,
                purgeLease,
                tier);
    }

    /// What the analytics plane needs of this.
    AnalyticsSettings analytics(Path directory) {
        AnalyticsSettings usual = AnalyticsSettings.in(directory);
        return new AnalyticsSettings(
                directory,
                rowBudget,
                Math.toIntExact(analyticsMemory >> 20),
                usual.threads(),
                analyticsDisk,
                usual.hotRows(),
                usual.keepRows(),
                usual.keepThin(),
                usual.keepMinutes(),
                usual.keepHours(),
                usual.queriesPerFiveMinutes());
    }

    /// The command line's own mistakes are a matter of usage, the file's of configuration.
    private static CannotStart refused(List<Problem> problems) {
        boolean usage = problems.stream().allMatch(problem -> problem.where().startsWith("--"));
        return new CannotStart(
                usage ? Exit.USAGE : Exit.CONFIG,
                String.join("\n", problems.stream().map(Problem::toString).toList()));
    }
}
