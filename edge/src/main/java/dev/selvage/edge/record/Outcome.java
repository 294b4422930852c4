package dev.selvage.edge.record;

import dev.selvage.model.event.CacheStatus;

/// What RECORD hands to the recorder; reused from request to request.
///
/// Fields mean what they mean in [dev.selvage.model.event.RequestEvent].
public final class Outcome {
    public long rayId;
    public long startedAt;
    public CacheStatus cacheStatus = CacheStatus.NONE;
    public int status;
    public String country = "XX";
    public String contentType = "empty";
    public String protocol = "HTTP/1.1";
    public String tlsVersion = "none";
    public String browser = "Unknown";
    public String ipClass = "noRecord";
    public long visitorHash;
    public long requestBytes;
    public long responseBytes;
    public int originRequests;
    public long originResponseBytes;
    public boolean visit;
    public String rule = "";

    /// The same, to be kept.
    public Outcome copy() {
        Outcome copy = new Outcome();
        copy.rayId = rayId;
        copy.startedAt = startedAt;
        copy.cacheStatus = cacheStatus;
        copy.status = status;
        copy.country = country;
        copy.contentType = contentType;
        copy.protocol = protocol;
        copy.tlsVersion = tlsVersion;
        copy.browser = browser;
        copy.ipClass = ipClass;
        copy.visitorHash = visitorHash;
        copy.requestBytes = requestBytes;
        copy.responseBytes = responseBytes;
        copy.originRequests = originRequests;
        copy.originResponseBytes = originResponseBytes;
        copy.visit = visit;
        copy.rule = rule;
        return copy;
    }

    /// Successful HTML answers are page views.
    boolean pageView() {
        return status >= 200 && status < 300 && contentType.equals("html");
    }
}
