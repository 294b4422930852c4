package dev.selvage.edge.request;

import dev.selvage.edge.config.PhaseProgram;
import dev.selvage.edge.config.Text;
import dev.selvage.edge.config.ZonePrograms.Rewriting;
import dev.selvage.edge.http.NormalTarget;
import dev.selvage.rules.program.Evaluation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The phase `http_request_transform`: another path or query for a request.
///
/// Every condition and every value sees the request as it came; of two rules that are met, the later one's path
/// and the later one's query count. What must not stand in a target is percent-encoded, and the result is brought
/// into its normal form as any target is.
final class Rewrites {
    private Rewrites() {}

    /// As below, for a request of which it is not known yet whether any rule is met.
    static Optional<String> of(PhaseProgram<Rewriting> rules, Evaluation evaluation, String target, int most) {
        return of(rules, evaluation, rules.next(evaluation, 0), target, most);
    }

    /// The target that the rules make of `target`, which is `target` itself where they leave it; empty when they make
    /// one that no request could have.
    ///
    /// @param first the first rule that is met, -1 when none is
    /// @param target path and query in normal form
    /// @param most characters of a target
    static Optional<String> of(
            PhaseProgram<Rewriting> rules, Evaluation evaluation, int first, String target, int most) {
        String path = null;
        String query = null;
        for (int i = first; i >= 0; i = rules.next(evaluation, i + 1)) {
            Rewriting rule = rules.action(i);
            path = later(rule.path(), evaluation, path);
            query = later(rule.query(), evaluation, query);
        }
        return path == null && query == null ? Optional.of(target) : put(target, path, query, most);
    }

    private static @Nullable String later(@Nullable Text text, Evaluation evaluation, @Nullable String before) {
        String value = text == null ? null : text.text(evaluation);
        return value == null ? before : value;
    }

    /// The target with another path or query; empty when it would be none.
    static Optional<String> put(String target, @Nullable String path, @Nullable String query, int most) {
        int question = target.indexOf('?');
        StringBuilder made = new StringBuilder(target.length() + 32);
        if (path == null) {
            made.append(target, 0, question < 0 ? target.length() : question);
        } else {
            if (!path.startsWith("/")) {
                made.append('/');
            }
            encode(path, true, made);
        }
        if (query == null) {
            made.append(target, question < 0 ? target.length() : question, target.length());
        } else if (!query.isEmpty()) {
            encode(query, false, made.append('?'));
        }
        return made.length() > most ? Optional.empty() : NormalTarget.of(made.toString());
    }

    private static void encode(String bytes, boolean path, StringBuilder into) {
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (c > ' ' && c < 0x7f && c != '#' && !(path && c == '?')) {
                into.append(c);
            } else {
                into.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4 & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
    }
}
