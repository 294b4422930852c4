package dev.selvage.edge.fill;

/// Why an origin could not be used.
public sealed interface OriginFailure {
    /// The host name has no address.
    record Unresolved(String host) implements OriginFailure {}

    /// No address is of a kind that may be connected to. Which it is stands in the log, not in an answer.
    record Prohibited() implements OriginFailure {}

    /// The addresses lead to a listener of this program.
    record Ourselves() implements OriginFailure {}

    /// The connection was refused.
    record Refused(String address) implements OriginFailure {}

    /// No connection within the time allowed.
    record ConnectTimedOut(String address) implements OriginFailure {}

    /// No route to the address, or another failure below TCP.
    record Unreachable(String address) implements OriginFailure {}

    /// No response head within the time allowed.
    record TimedOut(String address) implements OriginFailure {}

    /// The origin closed the connection, or reset it, before a whole response head.
    record Closed(String address) implements OriginFailure {}

    /// The response is not HTTP as RFC 9112 has it.
    record Malformed(String address, String reason) implements OriginFailure {}

    /// The TLS handshake failed.
    record TlsFailed(String address, boolean certificate) implements OriginFailure {}

    /// The edge has as many connections to origins as it may.
    record Exhausted() implements OriginFailure {}

    /// What was purged is asked for more often than the owner of the zone lets the origin be asked.
    ///
    /// @param seconds until it is worth asking again
    record Deferred(int seconds) implements OriginFailure {}

    /// The origin answered 5xx and a stale entry may be used in its place.
    record AnsweredError(int status) implements OriginFailure {}

    /// The status that tells a visitor, in the numbers that owners know from Cloudflare.
    default int status() {
        return switch (this) {
            case Prohibited _ -> 403;
            case Ourselves _ -> 508;
            case Malformed _, Closed _ -> 520;
            case Refused _ -> 521;
            case ConnectTimedOut _ -> 522;
            case Unresolved _, Unreachable _ -> 523;
            case TimedOut _ -> 524;
            case TlsFailed(String _, boolean certificate) -> certificate ? 526 : 525;
            case Exhausted _, Deferred _ -> 503;
            case AnsweredError(int status) -> status;
        };
    }

    /// What visitors are told: what went wrong, and nothing of where.
    default String explanation() {
        return switch (this) {
            case Unresolved _ -> "The name of this site's origin could not be resolved to an address.";
            case Prohibited() -> "Error 1002: the origin's address is one that this edge must not connect to.";
            case Ourselves() -> "The origin leads back here: its address is one that Selvage itself listens on.";
            case Refused _ -> "The origin refused the connection.";
            case ConnectTimedOut _ -> "The origin did not accept a connection in time.";
            case Unreachable _ -> "The origin cannot be reached.";
            case TimedOut _ -> "The origin accepted the request but did not answer in time.";
            case Closed _ -> "The origin closed the connection without an answer.";
            case Malformed(String _, String reason) ->
                "The origin answered with something that is not HTTP: " + reason + ".";
            case TlsFailed(String _, boolean certificate) ->
                certificate
                        ? "The origin has a certificate that is not valid for its name."
                        : "No TLS connection could be agreed with the origin.";
            case Exhausted() -> "This edge has too many connections to origins at the moment.";
            case Deferred _ -> "This site is being fetched anew after a change; please try again in a moment.";
            case AnsweredError(int status) -> "The origin answered " + status + ".";
        };
    }

    /// What the log says, with the address that visitors are not told; empty where there is none to tell.
    default String report() {
        return switch (this) {
            case Unresolved(String host) -> host + ": " + explanation();
            case Refused(String address) -> address + ": " + explanation();
            case ConnectTimedOut(String address) -> address + ": " + explanation();
            case Unreachable(String address) -> address + ": " + explanation();
            case TimedOut(String address) -> address + ": " + explanation();
            case Closed(String address) -> address + ": " + explanation();
            case Malformed(String address, String _) -> address + ": " + explanation();
            case TlsFailed(String address, boolean _) -> address + ": " + explanation();
            case Prohibited _, Ourselves _, Exhausted _, Deferred _, AnsweredError _ -> "";
        };
    }

    /// What kind of error it is, as rules name it.
    default String errorType() {
        return this instanceof Prohibited ? "1xxx" : "5xx";
    }

    /// The `detail` of `Cache-Status` (RFC 9211 section 2.8).
    default String detail() {
        return switch (this) {
            case Prohibited _, Ourselves _ -> "origin-prohibited";
            case Deferred _ -> "refill-limit";
            case Unresolved _, Refused _, ConnectTimedOut _, Unreachable _, TimedOut _, Closed _ -> "error";
            case Malformed _, TlsFailed _, Exhausted _, AnsweredError _ -> "error";
        };
    }

    /// True when the origin may have failed at what was special to one request, such as a field that it
    /// cannot bear.
    default boolean mayBeOfOneRequest() {
        return this instanceof Malformed || this instanceof Closed;
    }

    /// True when the origin gave no answer at all, as opposed to a 5xx.
    default boolean unreachable() {
        return !(this instanceof AnsweredError);
    }
}
