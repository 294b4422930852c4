package dev.selvage.edge.request;

import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Form;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.tier.TierAnswer;
import org.jspecify.annotations.Nullable;

/// What DELIVER decided to send; reused from request to request.
///
/// Either an entry, or part of it, or a text of the edge's own.
public final class Response {
    /// The status sent, which differs from the entry's for 206, 304 and 416.
    public int status;

    /// The entry whose head and body are sent; null for a text of the edge's own.
    public @Nullable Entry entry;

    /// True when the entry may be sent in several content codings, which `Vary` has to say.
    public boolean negotiated;

    /// The content coding that the head speaks of; null when the entry is sent as it is.
    public @Nullable Coding coding;

    /// The form that is sent; null when the entry's own body is, or none.
    public @Nullable Form form;

    /// First byte of the body to send, and the one after the last; `end` is -1 while the length is unknown.
    public long start;

    public long end;

    /// The entry's length for `Content-Range`; -1 when the response is not a part.
    public long whole;

    /// Where the stored body begins in the whole: other than 0 when only a part is stored.
    public long offset;

    /// Several parts; null when there are no several.
    public @Nullable Multipart multipart;

    /// False for HEAD, 204 and 304.
    public boolean withBody;

    /// The edge's own text.
    public byte @Nullable [] text;

    /// The header fields of the edge's own text.
    public Headers fields = Headers.EMPTY;

    /// What kind of error the edge's own text is, as rules name it; empty when it is none.
    public String errorType = "";

    /// The short name of the media type of the edge's own text.
    public String textType = "txt";

    /// The text is an owner's already, which no other page of the owner's replaces.
    boolean ownersPage;

    /// What rules change of the header fields; null when nothing.
    public @Nullable HeaderEdits edits;

    /// Seconds, -1 for no `Age` field.
    public long age;

    /// The value of `Cache-Status`: this, then `ttl` where it has one, then the detail.
    public String cacheStatus = "";

    public boolean hasTtl;

    /// Seconds of freshness left; negative when stale.
    public long ttl;

    public String cacheStatusDetail = "";

    /// What the browser is told of the time to live.
    public CachePlan.BrowserTtl browserTtl = CachePlan.BrowserTtl.RESPECT;

    /// What a lower edge is told of how this came about; null where a visitor is answered.
    public @Nullable TierAnswer tier;

    /// The connection must not carry another request.
    public boolean close;

    void clear() {
        status = 0;
        entry = null;
        negotiated = false;
        coding = null;
        form = null;
        start = 0;
        end = 0;
        whole = -1;
        offset = 0;
        multipart = null;
        withBody = true;
        text = null;
        fields = Headers.EMPTY;
        errorType = "";
        textType = "txt";
        ownersPage = false;
        edits = null;
        age = -1;
        cacheStatus = "";
        hasTtl = false;
        ttl = 0;
        cacheStatusDetail = "";
        browserTtl = CachePlan.BrowserTtl.RESPECT;
        tier = null;
        close = false;
    }
}
