package dev.selvage.edge.fill;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Validators;
import dev.selvage.edge.http.ContentRange;
import dev.selvage.edge.http.Headers;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a response amounts to, given how much its origin was asked for.
///
/// An origin may answer a request for a part with the whole, with the part, or with another one; it may
/// also be wrong about what it sends. Nothing that is not certain is stored, and no part goes to
/// somebody who did not ask for one.
sealed interface Answer {
    /// A response about the resource, whatever was asked.
    record Resource() implements Answer {}

    /// The whole in the form of a part (206).
    record AllOfIt(ContentRange range) implements Answer {}

    /// A part (206) that can be stored as such.
    record Part(ContentRange range) implements Answer {}

    /// What was missing of the stored part (206).
    record Rest() implements Answer {}

    /// The answer to this very `Range`, for nobody else.
    record ForTheOneWhoAsked() implements Answer {}

    /// Of no use: the whole is to be asked for instead.
    record Useless() implements Answer {}

    /// Not to be given to anybody.
    record Untrusted(String why) implements Answer {}

    /// @param bodyLength bytes that will follow, negative when that is not known
    static Answer to(Extent extent, int status, Headers headers, long bodyLength) {
        return switch (extent) {
            case Extent.Whole _ -> toWhole(status, part(headers, bodyLength));
            case Extent.AsAsked _ -> toRange(status, part(headers, bodyLength));
            case Extent.Rest(Entry held) -> toRest(held, status, headers, part(headers, bodyLength));
        };
    }

    private static Answer toWhole(int status, @Nullable ContentRange part) {
        return switch (status) {
            case 206 ->
                part == null
                        ? new Untrusted("a part (206) of unknown place where the whole was asked for")
                        : placed(part);
            case 416 -> new Untrusted("a refusal of a range (416) that was not asked for");
            default -> new Resource();
        };
    }

    private static Answer toRange(int status, @Nullable ContentRange part) {
        return switch (status) {
            case 200 -> new Resource();
            case 206 -> part == null ? new ForTheOneWhoAsked() : placed(part);
            // Also what any other status says may be said of the range, not of the resource.
            default -> new ForTheOneWhoAsked();
        };
    }

    private static Answer toRest(Entry held, int status, Headers headers, @Nullable ContentRange part) {
        ContentRange before = held.part();
        if (status == 200) {
            return new Resource();
        }
        boolean fits = status == 206
                && part != null
                && before != null
                && part.first() == before.last() + 1
                && part.last() == part.complete() - 1
                && part.complete() == before.complete()
                && Validators.same(held, headers);
        return fits ? new Rest() : new Useless();
    }

    private static Answer placed(ContentRange part) {
        return part.whole() ? new AllOfIt(part) : new Part(part);
    }

    /// Where the one part that a 206 carries lies; null when that is not certain.
    private static @Nullable ContentRange part(Headers headers, long bodyLength) {
        String type = headers.first("content-type");
        if (type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("multipart/byteranges")) {
            return null;
        }
        ContentRange range = ContentRange.parse(headers.joined("content-range"));
        return range == null || (bodyLength >= 0 && bodyLength != range.length()) ? null : range;
    }
}
