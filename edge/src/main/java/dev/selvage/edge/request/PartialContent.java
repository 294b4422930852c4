package dev.selvage.edge.request;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Validators;
import dev.selvage.edge.fill.Extent;
import dev.selvage.edge.http.ContentRange;
import dev.selvage.edge.http.Ranges;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How much is asked of the origin for a request that a stored part or nothing answers.
final class PartialContent {
    /// Bytes before a range that a visitor waits for, so that one fill serves everybody; a range that
    /// begins later, or at an unknown place, is passed on.
    static final long DEEP = 1 << 20;

    private PartialContent() {}

    /// @param storable responses for this key can be stored, as far as is known
    /// @param largest bytes of the largest body that is stored
    static Extent extent(Exchange x, boolean storable, long largest) {
        String field = x.field("range");
        Ranges asked = field == null ? null : Ranges.parse(field);
        Entry held = x.held;
        if (held != null && storable && continues(held, asked, x.field("if-range"), largest)) {
            return new Extent.Rest(held);
        }
        if (asked == null || x.stale != null) {
            return Extent.WHOLE;
        }
        return !storable || (asked.single() && deep(asked)) ? new Extent.AsAsked() : Extent.WHOLE;
    }

    private static boolean deep(Ranges asked) {
        return asked.first() < 0 || asked.first() > DEEP;
    }

    /// True when what is asked for begins in the part, or soon after it, and goes beyond.
    private static boolean continues(Entry held, @Nullable Ranges asked, @Nullable String ifRange, long largest) {
        ContentRange part = held.part();
        if (part == null
                || part.complete() > largest
                || part.last() == part.complete() - 1
                || Validators.strong(held) == null) {
            return false;
        }
        long start = 0;
        if (asked != null
                && Validators.allow(ifRange, held)
                && asked.of(part.complete()) instanceof Ranges.Parts(List<Ranges.Part> parts)) {
            start = parts.stream().mapToLong(Ranges.Part::start).min().orElse(0);
        }
        return start >= part.first() && start <= part.last() + DEEP;
    }

    /// Where in the body the fill should be for a range that would be passed on to be waited for.
    static long near(Exchange x) {
        String field = x.field("range");
        Ranges asked = field == null ? null : Ranges.parse(field);
        return asked == null || asked.first() < 0 ? Long.MAX_VALUE : asked.first() - DEEP;
    }
}
