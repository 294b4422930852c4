package dev.selvage.rules.program;

import dev.selvage.rules.Facts;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The request at hand, as programs see it. One per event loop, reused from request to request; not
/// thread-safe.
public final class Evaluation {
    private static final RuleField[] FIELDS = RuleField.values();

    private final Facts facts;

    /// By field, what was read of it in the turn that [#fieldTurns] says; null for nothing.
    private final @Nullable Slice[] read = new Slice[FIELDS.length];

    private final Slice[] fields = slices(FIELDS.length);
    private final long[] fieldTurns = new long[FIELDS.length];

    /// What computed values come to: those of the program at hand, by their slot.
    private Slice[] slots = {};

    private @Nullable Slice[] computed = {};
    private long[] slotTurns = {};

    private final Arena kept = new Arena();
    private final Arena passing = new Arena();

    /// Which rules of the program at hand may match; found out in the turn that it says.
    private long[] candidates = {};

    private long candidatesTurn;

    /// By field that is a map, which hashes of names it has, as bits, in the turn that [#nameTurns] says.
    private final long[] names = new long[FIELDS.length];

    private final long[] nameTurns = new long[FIELDS.length];
    private final Slice name = new Slice();

    private long requestTurn = 1;
    private long turn = 1;
    private @Nullable Object program;

    /// The element that a condition on each goes through.
    final Slice element = new Slice();

    /// What the last number, or address, that was read is.
    long number;

    long high;
    boolean ipv6;

    public Evaluation(Facts facts) {
        this.facts = facts;
    }

    private static Slice[] slices(int count) {
        Slice[] slices = new Slice[count];
        Arrays.setAll(slices, _ -> new Slice());
        return slices;
    }

    /// Forgets what was found out about the request before. To be called for each request, and whenever what
    /// its facts say has changed.
    public void begin() {
        requestTurn = ++turn;
        kept.back(0);
        passing.back(0);
    }

    Facts facts() {
        return facts;
    }

    /// Makes a program the one at hand.
    ///
    /// @param slots how many computed values it has
    /// @param words how many rules it has, in words of 64
    void use(Object program, int slots, int words) {
        if (program.equals(this.program)) {
            return;
        }
        this.program = program;
        turn++;
        kept.back(0);
        passing.back(0);
        if (slots > this.slots.length) {
            this.slots = slices(slots);
            computed = new Slice[slots];
            slotTurns = new long[slots];
        }
        if (words > candidates.length) {
            candidates = new long[words];
        }
    }

    /// What a field of the type string or IP has, by its place among all; null for nothing.
    @Nullable
    Slice field(int field) {
        return fieldTurns[field] == requestTurn ? read[field] : readField(field);
    }

    private @Nullable Slice readField(int field) {
        fieldTurns[field] = requestTurn;
        read[field] = facts.read(FIELDS[field], fields[field]) ? fields[field] : null;
        return read[field];
    }

    /// False when no pair of a map has a name of this hash.
    boolean mayHave(int map, int hash) {
        long found = nameTurns[map] == requestTurn ? names[map] : readNames(map);
        return (found >>> hash & 1) != 0;
    }

    private long readNames(int map) {
        nameTurns[map] = requestTurn;
        long found = 0;
        for (int i = facts.count(FIELDS[map]) - 1; i >= 0; i--) {
            facts.name(FIELDS[map], i, name);
            found |= 1L << Elements.hash(name.bytes, name.start, name.length);
        }
        names[map] = found;
        return found;
    }

    /// True when the value of a slot is known already.
    boolean known(int slot) {
        return slotTurns[slot] == turn;
    }

    @Nullable
    Slice computed(int slot) {
        return computed[slot];
    }

    Slice slot(int slot) {
        return slots[slot];
    }

    /// Remembers what the value of a slot came to.
    @Nullable
    Slice keep(int slot, @Nullable Slice value) {
        slotTurns[slot] = turn;
        computed[slot] = value;
        return value;
    }

    /// Where a computed value goes: one of an element is gone with the element.
    Arena arena(boolean ofElement) {
        return ofElement ? passing : kept;
    }

    /// The candidates of the program at hand.
    long[] candidates() {
        return candidates;
    }

    /// True once for each request and program: the candidates are to be found.
    boolean candidatesWanted() {
        boolean wanted = candidatesTurn != turn;
        candidatesTurn = turn;
        return wanted;
    }
}
