package dev.selvage.model.event;

/// Sums over a set of requests.
///
/// @param requestBytes bytes received from visitors
/// @param responseBytes bytes sent to visitors
/// @param originRequests requests that the edge sent to the origin on their behalf
/// @param originResponseBytes bytes received from the origin on their behalf
/// @param pageViews successful HTML answers
/// @param visits requests whose `Referer` names another host
public record Totals(
        long requests,
        long requestBytes,
        long responseBytes,
        long originRequests,
        long originResponseBytes,
        long pageViews,
        long visits) {

    public static final Totals ZERO = new Totals(0, 0, 0, 0, 0, 0, 0);

    public Totals plus(Totals other) {
        return new Totals(
                requests + other.requests,
                requestBytes + other.requestBytes,
                responseBytes + other.responseBytes,
                originRequests + other.originRequests,
                originResponseBytes + other.originResponseBytes,
                pageViews + other.pageViews,
                visits + other.visits);
    }
}
