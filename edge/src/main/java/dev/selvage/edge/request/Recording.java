package dev.selvage.edge.request;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.fill.Fill;
import dev.selvage.edge.http.Authority;
import dev.selvage.edge.http.Field;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.Outcome;
import dev.selvage.edge.record.UserAgents;
import dev.selvage.model.event.EventRows;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What RECORD tells the recorder of an exchange, on one loop.
///
/// Path, query, `Referer` and `User-Agent` are told as they came, as UTF-8: what is none in them becomes
/// U+FFFD.
final class Recording implements LoopRecorder.Row {
    /// The longest path, query, `Referer` and `User-Agent` in a row, bytes.
    private static final int MOST_TEXT = 2_048;

    /// No such field.
    private static final int NONE = -1;

    /// It is there more than once, or no longer in the parsed head.
    private static final int SEVERAL = -2;

    private final Loop loop;
    private final String colo;
    private final Outcome outcome = new Outcome();
    private final byte[] address = new byte[Addresses.MOST_TEXT];

    /// What is being recorded.
    private @Nullable Exchange recorded;

    Recording(Loop loop, String colo) {
        this.loop = loop;
        this.colo = colo;
    }

    /// Counts the exchange, keeps its row when it is chosen, and has what the origin still sends counted
    /// later.
    void record(Exchange x, HostBinding binding) {
        outcome(x);
        if (x.inner()) {
            recordInner(x, binding);
            return;
        }
        recorded = x;
        loop.recorder().record(binding.zone().id(), outcome, this);
        recorded = null;
        Fill asked = x.fill == null ? x.background : x.fill;
        if (asked != null) {
            asked.attribute(outcome.copy());
        }
    }

    /// What no visitor of this edge asked for is no request: it is counted where its visitor is. What it
    /// costs the origin is counted here, where the origin was asked.
    private void recordInner(Exchange x, HostBinding binding) {
        outcome.requestBytes = 0;
        outcome.responseBytes = 0;
        if (outcome.originRequests > 0 || outcome.originResponseBytes > 0) {
            loop.recorder().recordLate(binding.zone().id(), outcome);
        }
        Fill asked = x.fill == null ? x.background : x.fill;
        if (asked != null) {
            asked.attribute(outcome.copy());
        }
    }

    private void outcome(Exchange x) {
        Outcome o = outcome;
        Entry entry = x.response.entry;
        Fill asked = x.fill == null ? x.background : x.fill;
        o.rayId = x.rayId;
        o.startedAt = x.startedAt;
        o.cacheStatus = x.cacheStatus;
        o.status = x.responseBytes == 0 && x.left() ? 499 : x.response.status;
        o.country = x.country();
        o.contentType = entry != null ? entry.contentType() : x.response.text != null ? x.response.textType : "empty";
        o.protocol = x.http10 ? "HTTP/1.0" : "HTTP/1.1";
        o.tlsVersion = x.visitor.tlsVersion();
        o.browser = agent(x).browser();
        o.visitorHash = Addresses.hash(x.address);
        o.requestBytes = x.requestBytes;
        o.responseBytes = x.responseBytes;
        o.originRequests = asked == null ? 0 : asked.originRequests();
        o.originResponseBytes = asked == null ? 0 : asked.originBytes();
        o.rule = x.rule;
        o.visit = o.status >= 200 && o.status < 300 && o.contentType.equals("html") && !refererIsOwn(x);
    }

    private UserAgents.Agent agent(Exchange x) {
        if (x.materialized()) {
            String text = x.field("user-agent");
            return text == null ? UserAgents.Agent.NONE : loop.userAgents().of(text);
        }
        RequestParser head = x.visitor.head();
        int index = head.index(Field.USER_AGENT);
        if (index < 0) {
            return UserAgents.Agent.NONE;
        }
        int start = head.valueStart(index);
        int end = start + head.valueLength(index);
        byte[] last = x.userAgentBytes;
        if (last == null || !Arrays.equals(last, 0, last.length, head.bytes(), start, end)) {
            x.userAgentBytes = Arrays.copyOfRange(head.bytes(), start, end);
            x.agent = loop.userAgents().of(new String(x.userAgentBytes, StandardCharsets.ISO_8859_1));
        }
        return x.agent;
    }

    private static boolean refererIsOwn(Exchange x) {
        int single = single(x, Field.REFERER);
        if (single >= 0) {
            RequestParser head = x.visitor.head();
            return refersTo(head.bytes(), head.valueStart(single), head.valueLength(single), x.host);
        }
        String text = single == NONE ? null : x.field("referer");
        if (text == null) {
            return false;
        }
        byte[] referer = text.getBytes(StandardCharsets.ISO_8859_1);
        return refersTo(referer, 0, referer.length, x.host);
    }

    /// True when a URL has this host.
    private static boolean refersTo(byte[] url, int start, int length, String host) {
        int end = start + length;
        int from = start;
        while (from + 1 < end && (url[from] != '/' || url[from + 1] != '/')) {
            from++;
        }
        from += 2;
        if (from > end) {
            return false;
        }
        int to = from;
        while (to < end && url[to] != '/') {
            to++;
        }
        return Authority.names(url, from, to - from, host);
    }

    /// Where in the parsed head a field is that is there once.
    private static int single(Exchange x, Field field) {
        if (x.materialized()) {
            return SEVERAL;
        }
        RequestParser head = x.visitor.head();
        int index = head.index(field);
        return index >= 0 && head.next(field, index) >= 0 ? SEVERAL : index;
    }

    @Override
    public void write(EventRows.Writer into, double rate, double meanBytes) {
        Exchange x = recorded;
        HostBinding to = x == null ? null : x.binding;
        if (x == null || to == null) {
            throw new IllegalStateException("nothing is being recorded");
        }
        Outcome o = outcome;
        Fill asked = x.fill;
        long first = x.firstByteNanos == 0 ? 0 : (x.firstByteNanos - x.startedNanos) / 1_000_000;
        into.begin();
        into.i64(EventRows.RAY, o.rayId);
        into.i64(EventRows.STARTED_AT, o.startedAt);
        into.f64(EventRows.RATE, rate);
        into.f64(EventRows.MEAN_BYTES, meanBytes);
        into.i64(EventRows.REQUEST_BYTES, o.requestBytes);
        into.i64(EventRows.RESPONSE_BYTES, o.responseBytes);
        into.i64(EventRows.ORIGIN_RESPONSE_BYTES, o.originResponseBytes);
        into.i32(EventRows.FIRST_BYTE, Math.clamp(first, 0, Integer.MAX_VALUE));
        into.i32(EventRows.ORIGIN_DURATION, asked == null ? 0 : asked.originMillis());
        into.i32(EventRows.ORIGIN_REQUESTS, o.originRequests);
        into.u16(EventRows.STATUS, o.status);
        into.u16(EventRows.ORIGIN_STATUS, asked == null ? 0 : asked.originStatus());
        into.visit(o.visit);
        into.text(to.zone().id());
        into.text(colo);
        into.wire(address, 0, Addresses.text(x.address, address), address.length);
        into.text(o.country);
        into.text(x.method);
        into.text(x.secure ? "https" : "http");
        into.text(x.host);
        target(x, into);
        into.text(o.protocol);
        into.text(o.tlsVersion);
        field(x, Field.REFERER, "referer", into);
        field(x, Field.USER_AGENT, "user-agent", into);
        into.text(o.browser);
        into.text(agent(x).device());
        into.text(o.cacheStatus.wire());
        into.text(x.missReason.wire());
        into.text(o.contentType);
        into.text(asked == null ? "" : asked.originAddress());
        into.text(o.rule);
        into.text(x.ruleAction.wire());
        into.end();
    }

    /// Adds path and query.
    private static void target(Exchange x, EventRows.Writer into) {
        if (x.materialized()) {
            String target = x.askedTarget();
            int question = target.indexOf('?');
            int path = question < 0 ? target.length() : question;
            into.wire(target, 0, path, MOST_TEXT);
            into.wire(target, path, target.length(), MOST_TEXT);
            return;
        }
        RequestParser head = x.visitor.head();
        byte[] bytes = head.bytes();
        int start = head.targetStart();
        int end = start + head.targetLength();
        int question = start;
        while (question < end && bytes[question] != '?') {
            question++;
        }
        into.wire(bytes, start, question - start, MOST_TEXT);
        into.wire(bytes, question, end - question, MOST_TEXT);
    }

    private static void field(Exchange x, Field field, String name, EventRows.Writer into) {
        int single = single(x, field);
        if (single >= 0) {
            RequestParser head = x.visitor.head();
            into.wire(head.bytes(), head.valueStart(single), head.valueLength(single), MOST_TEXT);
        } else if (single == NONE) {
            into.text("");
        } else {
            String text = x.field(name);
            into.wire(text == null ? "" : text, 0, text == null ? 0 : text.length(), MOST_TEXT);
        }
    }
}
