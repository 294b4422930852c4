package dev.selvage.edge.cache;

import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.HttpDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A response: its head, and its body, which may still be growing.
///
/// @see Body for who may hold it and how long
public final class Entry {
    private final int status;
    private final Headers headers;
    private final Body body;
    private final long length;
    private final String contentType;
    private final Storing storing;
    private final long born;
    private final long arrived;
    private final long freshUntil;
    private final List<String> vary;
    private final List<@Nullable String> varied;
    private final OptionalLong lastModified;
    private final boolean strongDate;
    private volatile @Nullable EncodedHead encoded;

    /// A head encoded for HTTP/1.1 up to and including the fields that do not differ from request to
    /// request.
    ///
    /// @param browserTtl what it was encoded with
    public record EncodedHead(CachePlan.BrowserTtl browserTtl, byte[] bytes) {}

    /// @param headers end-to-end fields as the origin sent them
    /// @param length bytes of the body when known, else -1
    /// @param born the purge clock when the fill began
    /// @param arrived epoch milliseconds when the head arrived
    /// @param request the request's field values by lower-case name, for `Vary`
    public Entry(
            int status,
            Headers headers,
            Body body,
            long length,
            Storing storing,
            long born,
            long arrived,
            Function<String, @Nullable String> request) {
        this(status, headers, body, length, storing, born, arrived, true, headers.members("vary"), request);
    }

    private Entry(
            int status,
            Headers headers,
            Body body,
            long length,
            Storing storing,
            long born,
            long arrived,
            boolean strongDate,
            List<String> vary,
            Function<String, @Nullable String> request) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.length = length;
        this.storing = storing;
        this.born = born;
        this.arrived = arrived;
        this.vary = vary;
        List<@Nullable String> values = new ArrayList<>(vary.size());
        for (String name : vary) {
            values.add(normal(request.apply(name)));
        }
        this.varied = values;
        this.contentType = ContentTypes.shortName(headers.first("content-type"));
        this.lastModified = HttpDate.parse(headers.first("last-modified"));
        this.strongDate = strongDate && modifiedBefore(dated());
        this.freshUntil = storing instanceof Storing.Yes yes ? arrived + (yes.lifetime() - yes.initialAge()) * 1000 : 0;
    }

    /// This entry, sealed: its length known. Shares the body.
    public Entry sealed() {
        return new Entry(
                status, headers, body, body.available(), storing, born, arrived, strongDate, vary, this::variedValue);
    }

    /// This entry as a 304 confirmed it (RFC 9111 section 4.3.4): newer fields, newer freshness, the
    /// same body.
    public Entry confirmed(Headers newer, Storing storing, long born, long arrived) {
        Headers updated = updatedBy(newer);
        // A later date does not make a change that was too recent when the body came an old one.
        boolean strong =
                strongDate && HttpDate.parse(updated.first("last-modified")).equals(lastModified);
        return new Entry(status, updated, body, length, storing, born, arrived, strong, vary, this::variedValue);
    }

    /// The stored fields as a 304 updates them. `Age` and `Date` are the 304's or none: the stored ones say
    /// how old the response was before it was confirmed.
    public Headers updatedBy(Headers newer) {
        return headers.where((name, _) -> !name.equals("age") && !name.equals("date"))
                .updatedBy(newer.where((name, _) -> !name.equals("content-length")
                        && !name.equals("content-encoding")
                        && !name.equals("content-type")
                        && !name.equals("content-range")));
    }

    private @Nullable String variedValue(String name) {
        int index = vary.indexOf(name);
        return index < 0 ? null : varied.get(index);
    }

    private static @Nullable String normal(@Nullable String value) {
        return value == null ? null : value.strip();
    }

    /// True when a request with these field values selects this entry (RFC 9111 section 4.1).
    public boolean selectedBy(Function<String, @Nullable String> request) {
        for (int i = 0; i < vary.size(); i++) {
            String value = normal(request.apply(vary.get(i)));
            String stored = varied.get(i);
            if (value == null ? stored != null : !value.equals(stored)) {
                return false;
            }
        }
        return true;
    }

    /// True when both entries answer the same requests.
    boolean sameVariant(Entry other) {
        return vary.equals(other.vary) && varied.equals(other.varied);
    }

    public int status() {
        return status;
    }

    public Headers headers() {
        return headers;
    }

    public Body body() {
        return body;
    }

    /// Bytes of the body when known, else -1.
    public long length() {
        return length;
    }

    /// The short name of the media type, `empty` when there is none.
    public String contentType() {
        return contentType;
    }

    /// What was decided about storing it.
    public Storing storing() {
        return storing;
    }

    /// The purge clock when its fill began.
    public long born() {
        return born;
    }

    /// Epoch seconds when the origin made it; when it says nothing, when it came (RFC 9110 section 6.6.1).
    private long dated() {
        return HttpDate.parse(headers.first("date")).orElse(arrived / 1000);
    }

    private boolean modifiedBefore(long date) {
        return lastModified.isPresent() && lastModified.getAsLong() < date;
    }

    /// True when `Last-Modified` is a strong validator (RFC 9110 section 8.8.2.2): the response was made at
    /// least a second later, so that no second change can have the same date.
    boolean strongDate() {
        return strongDate;
    }

    public OptionalLong lastModified() {
        return lastModified;
    }

    public @Nullable String etag() {
        return headers.first("etag");
    }

    /// True when it can be asked for conditionally.
    public boolean hasValidator() {
        return headers.has("etag") || headers.has("last-modified");
    }

    /// Epoch milliseconds at which it turns stale.
    public long freshUntil() {
        return freshUntil;
    }

    public boolean fresh(long now) {
        return now < freshUntil;
    }

    /// RFC 9111 section 4.2.3: seconds since the origin made or confirmed it.
    public long age(long now) {
        long initial = storing instanceof Storing.Yes yes ? yes.initialAge() : Storing.ageField(headers);
        return initial + Math.max(0, now - arrived) / 1000;
    }

    /// True when it may be served, stale as it is, while it is being fetched anew.
    public boolean usableWhileRevalidating(long now) {
        return storing instanceof Storing.Yes yes
                && !yes.mustRevalidate()
                && now < freshUntil + yes.staleWhileRevalidate() * 1000;
    }

    /// True when it may be served, stale as it is, because the origin failed.
    ///
    /// @param unreachable no connection or no answer, as opposed to a 5xx
    public boolean usableOnError(long now, boolean unreachable, boolean alwaysOnline) {
        if (!(storing instanceof Storing.Yes yes) || yes.mustRevalidate()) {
            return false;
        }
        if (yes.staleIfError() >= 0) {
            return now < freshUntil + yes.staleIfError() * 1000;
        }
        // RFC 9111 section 4.2.4: a disconnected cache may serve stale; an operator's always_online asks for it.
        return unreachable || alwaysOnline;
    }

    /// The head encoded with `browserTtl` when that was the last one asked for.
    public @Nullable EncodedHead encoded() {
        return encoded;
    }

    public void encoded(EncodedHead head) {
        encoded = head;
    }

    /// Bytes of memory that keeping it costs.
    long memory() {
        int fields = 512;
        for (int i = 0; i < headers.size(); i++) {
            fields += 2 * (headers.name(i).length() + headers.value(i).length()) + 64;
        }
        return body.memory() + fields;
    }
}
