package dev.selvage.edge.cache;

import dev.selvage.edge.coding.AcceptEncoding;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.coding.Compressible;
import dev.selvage.edge.http.ContentRange;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.HttpDate;
import dev.selvage.edge.http.Ranges;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A response: its head, and its body, which may still be growing.
///
/// @see Body for who may hold it and how long
public final class Entry {
    /// What a 304 does not change: they describe the bytes of the stored body.
    private static final Set<String> OF_THE_BYTES =
            Set.of("content-length", "content-encoding", "content-range", "content-md5", "content-digest");

    private final int status;
    private final Headers headers;
    private final Body body;
    private final long length;
    private final @Nullable ContentRange part;
    private final String contentType;
    private final Storing storing;
    private final PurgeFences.Birth birth;
    private final long arrived;
    private final long freshUntil;
    private final List<String> vary;
    private final List<@Nullable String> varied;
    private final Variance variance;
    private final List<String> groups;
    private final long[] tags;
    private final int fieldsMemory;

    /// Epoch milliseconds at which a purge made it stale.
    private final long expiredAt;

    /// The tick up to which purges are known not to concern it; races are harmless, because it is asked
    /// again.
    private volatile long passed;

    private final OptionalLong lastModified;
    private final List<String> codings;
    private final @Nullable String codingsAsked;
    private final boolean compressible;

    /// By [#place]; races are harmless, because what is put there never changes.
    private final @Nullable EncodedHead[] heads = new EncodedHead[1 + Coding.COUNT];
    private final boolean strongDate;

    /// A head encoded for HTTP/1.1 up to and including the fields that do not differ from request to
    /// request.
    ///
    /// @param browserTtl what it was encoded with
    public record EncodedHead(CachePlan.BrowserTtl browserTtl, byte[] bytes) {}

    /// What tells an entry from others of the same key, or of the same origin.
    ///
    /// @param request the request's field values by lower-case name, for `Vary`
    /// @param variance when two of them count as the same
    /// @param origin what tells origins of a zone apart, for `Cache-Groups`
    public record Selection(Function<String, @Nullable String> request, Variance variance, String origin) {}

    /// @param headers end-to-end fields as the origin sent them
    /// @param length bytes of the body when known, else -1
    /// @param birth when the fill began
    /// @param arrived epoch milliseconds when the head arrived
    public Entry(
            int status,
            Headers headers,
            Body body,
            long length,
            Storing storing,
            PurgeFences.Birth birth,
            long arrived,
            Selection selection) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.length = length;
        this.part = null;
        this.storing = storing;
        this.birth = birth;
        this.arrived = arrived;
        this.vary = selecting(headers);
        this.variance = selection.variance();
        List<@Nullable String> values = new ArrayList<>(vary.size());
        for (String name : vary) {
            values.add(variance.normal(name, selection.request().apply(name)));
        }
        this.varied = values;
        this.codings = headers.members("content-encoding");
        this.codingsAsked = codings.isEmpty()
                ? null
                : AcceptEncoding.normal(AcceptEncoding.parse(selection.request().apply("accept-encoding")));
        this.compressible = Compressible.response(status, headers, length);
        this.groups = CacheGroups.of(headers, selection.origin());
        this.tags = CacheTags.of(headers);
        this.fieldsMemory = memory(headers);
        this.expiredAt = Long.MAX_VALUE;
        this.contentType = ContentTypes.shortName(headers.first("content-type"));
        this.lastModified = HttpDate.parse(headers.first("last-modified"));
        this.strongDate = modifiedBefore(dated());
        this.freshUntil = freshUntil(storing, arrived);
    }

    /// The fields that `Vary` names, and `Origin` where the response allows one origin only and does
    /// not say so
    /// (Fetch standard, "CORS protocol and HTTP caches"): whoever asked first must not decide for the
    /// others.
    private static List<String> selecting(Headers headers) {
        List<String> named = headers.members("vary");
        String allowed = headers.first("access-control-allow-origin");
        if (allowed == null || allowed.strip().equals("*") || named.contains("origin")) {
            return named;
        }
        List<String> more = new ArrayList<>(named);
        more.add("origin");
        return more;
    }

    /// A form of `other` that answers the same requests.
    private Entry(
            Entry other,
            Headers headers,
            Body body,
            long length,
            @Nullable ContentRange part,
            Storing storing,
            PurgeFences.Birth birth,
            long arrived,
            long expiredAt) {
        this.status = other.status;
        this.headers = headers;
        this.body = body;
        this.length = length;
        this.part = part;
        this.storing = storing;
        this.birth = birth;
        this.arrived = arrived;
        this.vary = other.vary;
        this.variance = other.variance;
        this.varied = other.varied;
        this.codings = other.codings;
        this.codingsAsked = other.codingsAsked;
        this.compressible = Compressible.response(other.status, headers, length);
        this.groups = other.groups;
        this.tags = CacheTags.of(headers);
        this.fieldsMemory = memory(headers);
        this.expiredAt = expiredAt;
        this.contentType = ContentTypes.shortName(headers.first("content-type"));
        this.lastModified = HttpDate.parse(headers.first("last-modified"));
        // A later date does not make a change that was too recent when the body came an old one.
        this.strongDate = other.strongDate && lastModified.equals(other.lastModified);
        this.freshUntil = Math.min(freshUntil(storing, arrived), expiredAt);
    }

    private static long freshUntil(Storing storing, long arrived) {
        return storing instanceof Storing.Yes yes ? arrived + (yes.lifetime() - yes.initialAge()) * 1000 : 0;
    }

    /// This entry, sealed: its length known. Shares the body.
    public Entry sealed() {
        return new Entry(this, headers, body, body.available(), part, storing, birth, arrived, expiredAt);
    }

    /// This entry as one whose body is that part of the whole only.
    public Entry partial(ContentRange range) {
        return new Entry(this, headers, body, range.length(), range, storing, birth, arrived, expiredAt);
    }

    /// What came of it before its origin broke off, as a part that can be completed (RFC 9111 section 3.3);
    /// null when it could not be.
    public @Nullable Entry cutOff() {
        long came = body.available();
        if (status != 200 || came <= 0 || came >= length || Validators.strong(this) == null) {
            return null;
        }
        ContentRange held = part;
        long first = held == null ? 0 : held.first();
        return partial(new ContentRange(first, first + came - 1, held == null ? length : held.complete()));
    }

    /// This part and what follows it, up to the end of the whole (RFC 9111 section 3.4).
    ///
    /// @param newer the fields of the response that brings the rest
    /// @param both a body that begins with this one's bytes
    public Entry continued(Headers newer, Body both, Storing storing, PurgeFences.Birth birth, long arrived) {
        ContentRange held = part;
        if (held == null) {
            throw new IllegalStateException("a whole cannot be continued");
        }
        ContentRange range = new ContentRange(held.first(), held.complete() - 1, held.complete());
        return new Entry(
                this,
                updatedBy(newer),
                both,
                range.length(),
                range.whole() ? null : range,
                storing,
                birth,
                arrived,
                Long.MAX_VALUE);
    }

    /// This entry as it may be stored and shared: without the fields that a qualified `no-cache` or
    /// `private` keeps for the request that it answered (RFC 9111 sections 5.2.2.4 and 5.2.2.7). Shares
    /// the body.
    public Entry shareable() {
        if (!(storing instanceof Storing.Yes yes) || yes.withheld().isEmpty()) {
            return this;
        }
        Headers kept = headers.where((name, _) -> !yes.withheld().contains(name));
        return new Entry(this, kept, body, length, part, storing, birth, arrived, expiredAt);
    }

    /// This entry as a 304, or the head of a 200, confirmed it (RFC 9111 sections 4.3.4 and 4.3.5):
    /// newer fields, newer freshness, the same body. A newer `Vary` or group counts from now on, for
    /// the request that was answered by it.
    public Entry confirmed(Headers newer, Storing storing, PurgeFences.Birth birth, long arrived, Selection selection) {
        Headers updated = updatedBy(newer);
        if (!newer.has("vary") && !newer.has("cache-groups")) {
            return new Entry(this, updated, body, length, part, storing, birth, arrived, Long.MAX_VALUE);
        }
        Entry confirmed = new Entry(status, updated, body, length, storing, birth, arrived, selection);
        return part == null ? confirmed : confirmed.partial(part);
    }

    /// True when a 304 with these fields is about this very response: its validators, where it has any,
    /// are this one's (RFC 9111 section 4.3.4).
    public boolean identifiedBy(Headers newer) {
        String tag = newer.first("etag");
        String own = etag();
        if (tag != null && own != null) {
            return sameTag(tag, own);
        }
        String modified = newer.first("last-modified");
        String ownModified = headers.first("last-modified");
        return tag == null && (modified == null || ownModified == null || modified.equals(ownModified));
    }

    /// True when a response to HEAD describes this very response: it has a validator, and each that it
    /// has is
    /// this one's (RFC 9111 section 4.3.5).
    public boolean describedBy(Headers head) {
        String tag = head.first("etag");
        String own = etag();
        String modified = head.first("last-modified");
        return (tag != null || modified != null)
                && (tag == null || (own != null && sameTag(tag, own)))
                && (modified == null || modified.equals(headers.first("last-modified")));
    }

    private static boolean sameTag(String tag, String own) {
        return Validators.opaque(tag).equals(Validators.opaque(own));
    }

    /// The stored fields as a 304 updates them (RFC 9111 section 3.2): all but those that describe the
    /// stored bytes. `Age` and `Date` are the 304's or none: the stored ones say how old the response
    /// was before it was confirmed.
    public Headers updatedBy(Headers newer) {
        return headers.where((name, _) -> !name.equals("age") && !name.equals("date"))
                .updatedBy(newer.where((name, _) -> !OF_THE_BYTES.contains(name)));
    }

    /// True when a request with these field values selects this entry (RFC 9111 section 4.1).
    public boolean selectedBy(Function<String, @Nullable String> request) {
        for (int i = 0; i < vary.size(); i++) {
            String name = vary.get(i);
            String sent = request.apply(name);
            String value = variance.normal(name, sent);
            String stored = varied.get(i);
            boolean same = value == null ? stored == null : value.equals(stored);
            if (!same
                    && !(name.equals("accept-language")
                            && variance.likesBest(sent, headers.first("content-language")))) {
                return false;
            }
        }
        return codings.isEmpty() || decodedBy(request.apply("accept-encoding"));
    }

    /// True when a request with this `Accept-Encoding` can do with the codings that the origin applied,
    /// because it accepts them, or because they are what the origin answered such a request with. The
    /// edge never decodes.
    private boolean decodedBy(@Nullable String acceptEncoding) {
        long accept = AcceptEncoding.parse(acceptEncoding);
        if (Objects.equals(AcceptEncoding.normal(accept), codingsAsked)) {
            return true;
        }
        for (String token : codings) {
            Coding coding = Coding.named(token);
            if (!token.equals("identity") && (coding == null || !AcceptEncoding.accepts(accept, coding))) {
                return false;
            }
        }
        return true;
    }

    /// True when both entries answer the same requests.
    boolean sameVariant(Entry other) {
        return vary.equals(other.vary) && varied.equals(other.varied) && codings.equals(other.codings);
    }

    /// True when the edge may send it in a content coding of its own.
    public boolean compressible() {
        return compressible;
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

    /// Where the body lies in the whole; null when it is the whole.
    public @Nullable ContentRange part() {
        return part;
    }

    /// True when its bytes are all that a GET with these fields asks for (RFC 9111 section 3.3).
    ///
    /// @param request the request's field values by lower-case name
    public boolean suffices(Function<String, @Nullable String> request) {
        ContentRange held = part;
        if (held == null) {
            return true;
        }
        String field = request.apply("range");
        Ranges ranges = field == null ? null : Ranges.parse(field);
        if (ranges == null || !Validators.allow(request.apply("if-range"), this)) {
            return false;
        }
        return switch (ranges.of(held.complete())) {
            case Ranges.Whole _ -> false;
            case Ranges.Unsatisfiable _ -> true;
            case Ranges.Parts(List<Ranges.Part> parts) ->
                parts.stream().allMatch(some -> held.holds(some.start(), some.end()));
        };
    }

    /// The short name of the media type, `empty` when there is none.
    public String contentType() {
        return contentType;
    }

    /// What was decided about storing it.
    public Storing storing() {
        return storing;
    }

    /// The full names of the groups that it belongs to.
    List<String> groups() {
        return groups;
    }

    /// The hashes of its tags, see [CacheTags].
    long[] tags() {
        return tags;
    }

    /// The tick of the purge clock when its fill began.
    public long born() {
        return birth.tick();
    }

    /// When its fill began.
    public PurgeFences.Birth birth() {
        return birth;
    }

    /// The tick up to which purges are known not to concern it.
    long passed() {
        return passed;
    }

    void passed(long tick) {
        passed = tick;
    }

    /// This entry since a purge made it stale. Shares the body.
    ///
    /// @param at epoch milliseconds
    Entry expiredAt(long at) {
        return new Entry(this, headers, body, length, part, storing, birth, arrived, at);
    }

    /// True when it is stale because a purge made it so.
    public boolean expiredByPurge() {
        return freshUntil == expiredAt;
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

    /// Epoch milliseconds when its head arrived.
    public long arrived() {
        return arrived;
    }

    public OptionalLong lastModified() {
        return lastModified;
    }

    public @Nullable String etag() {
        return headers.first("etag");
    }

    /// True when it has a strong tag: its bytes are those that the origin named by it.
    public boolean tagged() {
        String tag = etag();
        return tag != null && tag.startsWith("\"");
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
        return now < freshUntil && storing instanceof Storing.Yes yes && yes.lifetime() > yes.initialAge();
    }

    /// RFC 9111 section 4.2.3: seconds since the origin made or confirmed it.
    public long age(long now) {
        long initial = storing instanceof Storing.Yes yes ? yes.initialAge() : Storing.ageField(headers);
        return initial + Math.max(0, now - arrived) / 1000;
    }

    /// True when it may ever be served without asking the origin first. What may not (`no-cache`, or
    /// stale as it came)
    /// may differ from visitor to visitor, and only the origin can tell.
    public boolean reusable() {
        return storing instanceof Storing.Yes yes
                && (yes.lifetime() > yes.initialAge() || (!yes.mustRevalidate() && yes.staleWhileRevalidate() > 0));
    }

    /// True when it must not be served stale, whoever allows it.
    public boolean mustRevalidate() {
        return storing instanceof Storing.Yes yes && yes.mustRevalidate();
    }

    /// True when the origin says that it never changes while it is fresh (RFC 8246).
    public boolean immutable() {
        return CacheControl.parse(headers.joined("cache-control")).immutable();
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

    /// The last head that was encoded for the body in a coding, or as it is.
    public @Nullable EncodedHead encoded(@Nullable Coding coding) {
        return heads[place(coding)];
    }

    public void encoded(@Nullable Coding coding, EncodedHead head) {
        heads[place(coding)] = head;
    }

    private static int place(@Nullable Coding coding) {
        return coding == null ? 0 : 1 + coding.ordinal();
    }

    /// Bytes of memory that keeping it costs.
    public long memory() {
        return body.memory() + fieldsMemory;
    }

    private static int memory(Headers headers) {
        int fields = 512;
        for (int i = 0; i < headers.size(); i++) {
            fields += 2 * (headers.name(i).length() + headers.value(i).length()) + 64;
        }
        return fields;
    }
}
