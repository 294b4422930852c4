package dev.selvage.control.zones;

import dev.selvage.control.api.Query;
import dev.selvage.control.api.Reach;
import dev.selvage.control.names.HostName;
import dev.selvage.control.store.Tx;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// One condition of a list of zones. What a caller wrote goes into a query as an argument only.
///
/// The SQL forms look at columns that every index of a list has, so that a list which looks at many zones reads none
/// of their rows.
sealed interface ZoneCondition {
    Set<String> STATUSES = Set.of("initializing", "pending", "active", "moved");

    String sql();

    List<Object> arguments();

    /// Names from `from` on and before `to`.
    record Names(String from, String to) implements ZoneCondition {
        @Override
        public String sql() {
            return "zone.name >= ? and zone.name < ?";
        }

        @Override
        public List<Object> arguments() {
            return List.of(from, to);
        }
    }

    record OfAccount(String account) implements ZoneCondition {
        @Override
        public String sql() {
            return "zone.account_id = ?";
        }

        @Override
        public List<Object> arguments() {
            return List.of(account);
        }
    }

    record OfType(String type) implements ZoneCondition {
        @Override
        public String sql() {
            return "zone.type = ?";
        }

        @Override
        public List<Object> arguments() {
            return List.of(type);
        }
    }

    /// An account of this name, in any letters.
    record OfAccountNamed(String name) implements ZoneCondition {
        static final String IDS = "select id from account where name = ? collate nocase limit 2";

        @Override
        public String sql() {
            return "zone.account_id in (select id from account where name = ? collate nocase)";
        }

        @Override
        public List<Object> arguments() {
            return List.of(name);
        }

        /// A simpler condition that says the same, where there is one.
        ZoneCondition resolved(Tx tx) {
            List<String> ids = tx.list(row -> row.text("id"), IDS, name);
            return switch (ids.size()) {
                case 0 -> new Constant(false);
                case 1 -> new OfAccount(ids.getFirst());
                default -> this;
            };
        }
    }

    /// True or false of every zone.
    record Constant(boolean holds) implements ZoneCondition {
        @Override
        public String sql() {
            return holds ? "1 = 1" : "1 = 0";
        }

        @Override
        public List<Object> arguments() {
            return List.of();
        }
    }

    /// What the caller may see.
    record Within(Reach reach) implements ZoneCondition {
        @Override
        public String sql() {
            return reach.condition("zone.account_id", "zone.id", new ArrayList<>());
        }

        @Override
        public List<Object> arguments() {
            List<Object> arguments = new ArrayList<>();
            reach.condition("zone.account_id", "zone.id", arguments);
            return arguments;
        }
    }

    /// What no index answers: each zone is looked at.
    record Looked(String sql, List<Object> arguments) implements ZoneCondition {
        public Looked {
            arguments = List.copyOf(arguments);
        }
    }

    /// One of several.
    static ZoneCondition anyOf(List<ZoneCondition> several) {
        List<Object> arguments = new ArrayList<>();
        List<String> sql = new ArrayList<>();
        for (ZoneCondition one : several) {
            sql.add("(" + one.sql() + ")");
            arguments.addAll(one.arguments());
        }
        return new Looked("(" + String.join(" or ", sql) + ")", arguments);
    }

    /// The conditions that a call names.
    static List<ZoneCondition> of(Call call) {
        List<ZoneCondition> all = new ArrayList<>();
        Query.text(call, "name").map(ZoneCondition::ofName).ifPresent(all::add);
        Query.text(call, "account.name").map(ZoneCondition::ofAccountName).ifPresent(all::add);
        Query.text(call, "account.id").map(OfAccount::new).ifPresent(all::add);
        Query.text(call, "type").map(OfType::new).ifPresent(all::add);
        String status = Query.choice(call, "status", "", STATUSES);
        if (!status.isEmpty()) {
            // Every zone is active from its first moment.
            all.add(new Constant(status.equals("active")));
        }
        return all;
    }

    /// Names are stored in their canonical form: ASCII in lower case, without control characters.
    private static ZoneCondition ofName(String text) {
        Words words = Words.of(HostName.of(text).orElse(text));
        String word = words.exact ? words.word : words.word.toLowerCase(Locale.ROOT);
        return switch (words.operator) {
            case EQUAL -> new Names(word, word + '\u0001');
            case STARTS_WITH -> new Names(word, word + '\u007f');
            case NOT_EQUAL, ENDS_WITH, CONTAINS -> new Looked(words.sql("zone.name"), words.arguments());
        };
    }

    private static ZoneCondition ofAccountName(String text) {
        Words words = Words.of(text);
        return words.operator == Operator.EQUAL
                ? new OfAccountNamed(words.word)
                : new Looked(
                        "zone.account_id in (select id from account where " + words.sql("account.name") + ")",
                        words.arguments());
    }

    enum Operator {
        EQUAL,
        NOT_EQUAL,
        STARTS_WITH,
        ENDS_WITH,
        CONTAINS
    }

    /// A filter on text: an operator before the first colon, and a word.
    ///
    /// @param exact true when upper and lower case differ
    record Words(Operator operator, boolean exact, String word) {
        static Words of(String text) {
            int colon = text.indexOf(':');
            String word = text.substring(colon + 1);
            return switch (colon < 0 ? "" : text.substring(0, colon)) {
                case "equal" -> new Words(Operator.EQUAL, false, word);
                case "not_equal" -> new Words(Operator.NOT_EQUAL, false, word);
                case "starts_with" -> new Words(Operator.STARTS_WITH, false, word);
                case "starts_with_case_sensitive" -> new Words(Operator.STARTS_WITH, true, word);
                case "ends_with" -> new Words(Operator.ENDS_WITH, false, word);
                case "ends_with_case_sensitive" -> new Words(Operator.ENDS_WITH, true, word);
                case "contains" -> new Words(Operator.CONTAINS, false, word);
                case "contains_case_sensitive" -> new Words(Operator.CONTAINS, true, word);
                default -> new Words(Operator.EQUAL, false, text);
            };
        }

        String sql(String column) {
            String value = exact ? column : "lower(" + column + ")";
            String wanted = exact ? "?" : "lower(?)";
            return switch (operator) {
                case EQUAL -> value + " = " + wanted;
                case NOT_EQUAL -> value + " <> " + wanted;
                case STARTS_WITH -> "substr(" + value + ", 1, length(?)) = " + wanted;
                case ENDS_WITH ->
                    "length(" + value + ") >= length(?) and substr(" + value + ", length(" + value
                            + ") - length(?) + 1) = " + wanted;
                case CONTAINS -> "instr(" + value + ", " + wanted + ") > 0";
            };
        }

        List<Object> arguments() {
            return switch (operator) {
                case EQUAL, NOT_EQUAL, CONTAINS -> List.of(word);
                case STARTS_WITH -> List.of(word, word);
                case ENDS_WITH -> List.of(word, word, word);
            };
        }
    }
}
