package dev.selvage.edge.request;

import dev.selvage.edge.config.PhaseProgram;
import dev.selvage.edge.config.ZonePrograms.HeaderChange;
import dev.selvage.edge.http.Headers;
import dev.selvage.rules.program.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What rules change of a message's header fields, once it is known for this message.
///
/// A field that is set to what comes to nothing is removed: what a peer sent under a name that the owner speaks
/// for never passes for the owner's.
public final class HeaderEdits {
    /// Longest value that is put in, in bytes; a longer one comes to nothing.
    static final int MAX_VALUE = 8 << 10;

    /// Most fields, and most values that are put in.
    static final int MAX_EDITS = 200;

    private final Map<String, Edit> edits = new LinkedHashMap<>();
    private int values;

    private static final class Edit {
        boolean drops;
        final List<String> values = new ArrayList<>();
    }

    private HeaderEdits() {}

    /// What the rules of a phase that are met come to; null when to nothing.
    ///
    /// @param may tells whether rules may change a field
    static @Nullable HeaderEdits of(
            PhaseProgram<List<HeaderChange>> rules, Evaluation evaluation, Predicate<String> may) {
        HeaderEdits edits = null;
        for (int i = rules.next(evaluation, 0); i >= 0; i = rules.next(evaluation, i + 1)) {
            for (HeaderChange change : rules.action(i)) {
                if (may.test(change.name())) {
                    edits = edits == null ? new HeaderEdits() : edits;
                    edits.take(change, evaluation);
                }
            }
        }
        return edits;
    }

    private void take(HeaderChange change, Evaluation evaluation) {
        String value = change.value() == null ? null : safe(change.value().text(evaluation));
        Edit edit = edits.size() < MAX_EDITS
                ? edits.computeIfAbsent(change.name(), _ -> new Edit())
                : edits.get(change.name());
        if (edit == null) {
            return;
        }
        switch (change.operation()) {
            case ADD -> {}
            case SET, REMOVE -> {
                edit.drops = true;
                values -= edit.values.size();
                edit.values.clear();
            }
        }
        if (value != null && values < MAX_EDITS) {
            edit.values.add(value);
            values++;
        }
    }

    /// The text as a field's value, with blanks for what must not stand in one (RFC 9110 section 5.5).
    private static @Nullable String safe(@Nullable String text) {
        if (text == null) {
            return null;
        }
        StringBuilder value = new StringBuilder(text);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == 0x7f || c > 0xff) {
                value.setCharAt(i, ' ');
            }
        }
        String stripped = value.toString().strip();
        return stripped.isEmpty() || stripped.length() > MAX_VALUE ? null : stripped;
    }

    /// True when what the message has under this name goes.
    ///
    /// @param name lower case
    public boolean drops(String name) {
        Edit edit = edits.get(name);
        return edit != null && edit.drops;
    }

    /// These fields as they are changed.
    public Headers of(Headers fields) {
        Headers edited = fields.where((name, _) -> !drops(name));
        Headers added = added();
        for (int i = 0; i < added.size(); i++) {
            edited = edited.with(added.name(i), added.value(i));
        }
        return edited;
    }

    /// The fields that come in.
    public Headers added() {
        List<String> flat = new ArrayList<>();
        edits.forEach((name, edit) -> {
            for (String value : edit.values) {
                flat.add(name);
                flat.add(value);
            }
        });
        return Headers.of(flat.toArray(String[]::new));
    }
}
