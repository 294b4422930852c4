package dev.selvage.edge.request;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.config.HostBinding;
import dev.selvage.edge.fill.Fill;
import dev.selvage.edge.http.Authority;
import dev.selvage.edge.http.Field;
import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;
import dev.selvage.edge.record.Outcome;
import dev.selvage.edge.record.UserAgents;
import dev.selvage.model.event.RequestEvent;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// What RECORD tells the recorder of an exchange, on one loop.
final class Recording {
    private final Loop loop;
    private final String colo;
    private final Outcome outcome = new Outcome();

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
        loop.recorder().record(binding.zone().id(), outcome, (rate, meanBytes) -> row(x, binding, rate, meanBytes));
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
        String referer = x.field("referer");
        if (referer == null) {
            return false;
        }
        int start = referer.indexOf("//");
        int end = start < 0 ? -1 : referer.indexOf('/', start + 2);
        return start >= 0
                && Authority.host(referer.substring(start + 2, end < 0 ? referer.length() : end))
                        .filter(x.host::equals)
                        .isPresent();
    }

    private RequestEvent row(Exchange x, HostBinding binding, double rate, double meanBytes) {
        String target = x.askedTarget();
        int question = target.indexOf('?');
        Fill asked = x.fill;
        UserAgents.Agent agent = agent(x);
        long first = x.firstByteNanos == 0 ? 0 : (x.firstByteNanos - x.startedNanos) / 1_000_000;
        return new RequestEvent(
                x.rayId,
                binding.zone().id(),
                x.startedAt,
                rate,
                meanBytes,
                colo,
                NetUtil.bytesToIpAddress(x.address),
                x.country(),
                x.method,
                x.secure ? "https" : "http",
                x.host,
                bounded(question < 0 ? target : target.substring(0, question)),
                bounded(question < 0 ? "" : target.substring(question)),
                outcome.protocol,
                outcome.tlsVersion,
                bounded(Optional.ofNullable(x.field("referer")).orElse("")),
                bounded(Optional.ofNullable(x.field("user-agent")).orElse("")),
                agent.browser(),
                agent.device(),
                x.cacheStatus,
                x.missReason,
                outcome.status,
                outcome.contentType,
                asked == null ? 0 : asked.originStatus(),
                asked == null ? "" : asked.originAddress(),
                x.requestBytes,
                x.responseBytes,
                outcome.originRequests,
                outcome.originResponseBytes,
                Math.clamp(first, 0, Integer.MAX_VALUE),
                asked == null ? 0 : asked.originMillis(),
                outcome.visit,
                x.rule,
                x.ruleAction);
    }

    private static String bounded(String text) {
        return text.length() > 2_048 ? text.substring(0, 2_048) : text;
    }
}
