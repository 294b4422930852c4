package dev.selvage.edge.loop;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.http.HttpDate;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.http.ResponseParser;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.UserAgents;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// One event loop's own things.
public final class Loop {
    private static final long TICK_MILLIS = 500;
    private static final long HAND_OVER_MILLIS = 200;

    private final EventLoop executor;
    private final Time time;
    private final LoopRecorder recorder;
    private final RequestParser requestParser;
    private final ResponseParser responseParser;
    private final CacheKey.Probe probe = new CacheKey.Probe();
    private final TextBuffer text = new TextBuffer();
    private final UserAgents userAgents = new UserAgents();
    private final Function<byte[], String> countries;
    private final SplittableRandom random = new SplittableRandom();
    private final SecureRandom secure = new SecureRandom();
    private final Set<Timed> timed = Collections.newSetFromMap(new IdentityHashMap<>());
    private long dateSecond;
    private byte[] date = new byte[0];

    /// @param countries the ISO code of an address, used on this loop only
    public Loop(EventLoop executor, EdgeSettings settings, LoopRecorder recorder, Function<byte[], String> countries) {
        this(executor, Time.SYSTEM, settings, recorder, countries);
    }

    /// @param time what this loop believes the time to be
    public Loop(
            EventLoop executor,
            Time time,
            EdgeSettings settings,
            LoopRecorder recorder,
            Function<byte[], String> countries) {
        this.executor = executor;
        this.time = time;
        this.recorder = recorder;
        this.countries = countries;
        EdgeSettings.Limits limits = settings.limits();
        this.requestParser = new RequestParser(limits.target(), limits.head(), limits.fields());
        this.responseParser = new ResponseParser(limits.responseHead(), 2 * limits.fields());
    }

    /// Starts the timers; on the loop or before it serves.
    public void start() {
        executor.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        executor.scheduleAtFixedRate(recorder::handOver, HAND_OVER_MILLIS, HAND_OVER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        long now = nanos();
        // A copy, because what ends removes itself.
        for (Timed waiting : new ArrayList<>(timed)) {
            waiting.tick(now);
        }
    }

    public EventLoop executor() {
        return executor;
    }

    public LoopRecorder recorder() {
        return recorder;
    }

    /// Scratch: what it found is valid until another head is scanned on this loop.
    public RequestParser requestParser() {
        return requestParser;
    }

    public ResponseParser responseParser() {
        return responseParser;
    }

    /// Scratch: valid until the next lookup on this loop.
    public CacheKey.Probe probe() {
        return probe;
    }

    /// Scratch: cleared by whoever uses it next.
    public TextBuffer text() {
        return text;
    }

    public UserAgents userAgents() {
        return userAgents;
    }

    public String country(byte[] address) {
        return countries.apply(address);
    }

    /// A new ray id.
    public long ray() {
        return random.nextLong();
    }

    /// Bytes that nobody can foretell.
    public byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        secure.nextBytes(bytes);
        return bytes;
    }

    public int random(int bound) {
        return random.nextInt(bound);
    }

    /// Epoch milliseconds.
    public long millis() {
        return time.millis();
    }

    /// Monotonic nanoseconds.
    public long nanos() {
        return time.nanos();
    }

    /// Now as an HTTP date.
    public byte[] date() {
        long second = millis() / 1000;
        if (second != dateSecond) {
            dateSecond = second;
            date = HttpDate.format(second).getBytes(StandardCharsets.US_ASCII);
        }
        return date;
    }

    /// Has something looked at twice a second until [#forget].
    public void watch(Timed waiting) {
        timed.add(waiting);
    }

    public void forget(Timed waiting) {
        timed.remove(waiting);
    }

    /// How much is being watched: about the connections of this loop.
    public int watched() {
        return timed.size();
    }
}
