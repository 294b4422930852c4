package dev.selvage.edge.request;

import dev.selvage.edge.config.Limiting;
import dev.selvage.edge.config.PhaseProgram;
import dev.selvage.edge.limit.RateTable;
import dev.selvage.model.rules.Screening;
import dev.selvage.rules.Facts;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import dev.selvage.rules.Type;
import dev.selvage.rules.program.Evaluation;
import java.util.Arrays;

/// The phase `http_ratelimit` on one loop: whose requests are counted together, and whether they are too many.
final class RateLimits {
    /// Bytes of an IPv6 address that tell clients apart: each has the rest to itself (RFC 6177).
    private static final int IPV6_PREFIX = 8;

    private final RateTable table;
    private final Facts facts;
    private final Slice slice = new Slice();
    private byte[] bytes = new byte[512];
    private int length;

    /// Milliseconds for which the request that [#over] found is refused.
    private long pause;

    RateLimits(RateTable table, Facts facts) {
        this.table = table;
        this.facts = facts;
    }

    /// Counts a request by the limits that are for requests, and finds the first at or after `from` that it is over.
    ///
    /// @param atOrigin true for the limits of what the cache does not answer, false for the others
    /// @return the rule's place, -1 when the request is over none
    int over(PhaseProgram<Limiting> rules, Evaluation evaluation, int from, boolean atOrigin, long now) {
        for (int i = rules.next(evaluation, from); i >= 0; i = rules.next(evaluation, i + 1)) {
            Limiting limit = rules.action(i);
            if (limit.toOrigin() == atOrigin) {
                long key = key(rules.id(i), limit);
                pause = limit.countsApart()
                        ? table.refused(key, limit.rate(), now)
                        : table.take(key, limit.rate(), now);
                if (pause > 0) {
                    return i;
                }
            }
        }
        return -1;
    }

    /// Milliseconds until the request that was found to be over a limit may come again.
    long pause() {
        return pause;
    }

    /// Counts a request that was not refused by the limits that have an expression for what they count.
    ///
    /// @param responses true for the limits that ask for the response, false for those that do not
    /// @param atOrigin as in [#over]
    void count(PhaseProgram<Limiting> rules, Evaluation evaluation, boolean responses, boolean atOrigin, long now) {
        for (int i = 0; i < rules.size(); i++) {
            Limiting limit = rules.action(i);
            if (limit.countsApart()
                    && limit.countsResponses() == responses
                    && limit.toOrigin() == atOrigin
                    && limit.counts(evaluation)) {
                table.count(key(rules.id(i), limit), limit.rate(), now);
            }
        }
    }

    static boolean refuses(Screening screening) {
        return switch (screening.kind()) {
            case BLOCK, CHALLENGE, MANAGED_CHALLENGE, JS_CHALLENGE -> true;
            case SKIP, LOG -> false;
        };
    }

    /// What the request is counted under. A rule whose period changes begins anew.
    private long key(String rule, Limiting limit) {
        length = 0;
        put(rule);
        number(limit.rate().period());
        for (Limiting.Characteristic each : limit.characteristics()) {
            if (each.field().type() == Type.MAP) {
                named(each);
            } else {
                plain(each.field());
            }
        }
        return table.key(bytes, 0, length);
    }

    private void plain(RuleField field) {
        switch (field.type()) {
            case STRING -> present(facts.read(field, slice));
            case IP -> {
                boolean known = facts.read(field, slice);
                if (known && slice.length == 16) {
                    client(slice);
                }
                present(known);
            }
            case INTEGER -> number(facts.integer(field));
            case BOOLEAN -> number(facts.flag(field) ? 1 : 0);
            case BOOLEANS, INTEGERS, STRINGS, MAP -> {
                int count = facts.count(field);
                number(count);
                for (int i = 0; i < count; i++) {
                    facts.value(field, i, slice);
                    present(true);
                }
            }
        }
    }

    /// The part of an IPv6 address that tells clients apart; all of an IPv4 address in one.
    private static void client(Slice address) {
        int at = address.start;
        boolean mapped = address.bytes[at + 10] == -1 && address.bytes[at + 11] == -1;
        for (int i = 0; mapped && i < 10; i++) {
            mapped = address.bytes[at + i] == 0;
        }
        address.set(address.bytes, mapped ? at + 12 : at, mapped ? 4 : IPV6_PREFIX);
    }

    private void named(Limiting.Characteristic each) {
        int found = 0;
        int count = facts.count(each.field());
        for (int i = 0; i < count; i++) {
            facts.name(each.field(), i, slice);
            if (Arrays.equals(
                    slice.bytes, slice.start, slice.start + slice.length, each.name(), 0, each.name().length)) {
                facts.value(each.field(), i, slice);
                present(true);
                found++;
            }
        }
        // Absent is told apart from empty.
        number(found);
    }

    private void present(boolean known) {
        number(known ? slice.length : -1);
        if (known) {
            room(slice.length);
            System.arraycopy(slice.bytes, slice.start, bytes, length, slice.length);
            length += slice.length;
        }
    }

    private void number(long number) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (number >>> shift);
        }
    }

    @SuppressWarnings("deprecation") // the only copy of Latin-1 text that allocates nothing
    private void put(String text) {
        room(text.length());
        text.getBytes(0, text.length(), bytes, length);
        length += text.length();
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
