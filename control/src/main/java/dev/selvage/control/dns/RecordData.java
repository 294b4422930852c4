package dev.selvage.control.dns;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.dns.DataField.Base64;
import dev.selvage.control.dns.DataField.Hex;
import dev.selvage.control.dns.DataField.Host;
import dev.selvage.control.dns.DataField.Parameters;
import dev.selvage.control.dns.DataField.Property;
import dev.selvage.control.dns.DataField.Quoted;
import dev.selvage.control.dns.DataField.Whole;
import dev.selvage.control.dns.MasterLexer.Token;
import dev.selvage.control.names.HostName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The `data` of records: checked field by field, written as text, read from text.
final class RecordData {
    private static final int LONGEST_TEXT = 2_048;
    private static final int LONGEST_BYTES = 16_384;

    /// Fields that old clients send beside those that count: what the record's name says already, and the
    /// priority of a URI record, which stands beside the data.
    private static final Map<RecordType, Set<String>> IGNORED =
            Map.of(RecordType.SRV, Set.of("name", "service", "proto"), RecordType.URI, Set.of("priority"));

    private RecordData() {}

    /// The checked data of a record of `type`; what is wrong goes to the body's problems, and the result is
    /// then of no use.
    static ObjectNode read(RecordType type, Body given) {
        if (type == RecordType.LOC) {
            return Location.read(given);
        }
        Set<String> known = type.fields().stream().map(DataField::name).collect(Collectors.toCollection(HashSet::new));
        ObjectNode counted = given.node().deepCopy();
        counted.remove(IGNORED.getOrDefault(type, Set.of()));
        Body data = new Body(counted, given.pointer(), given.problems());
        data.only(known);
        ObjectNode read = Envelope.object();
        for (DataField field : type.fields()) {
            boolean optional = field instanceof Parameters || (type == RecordType.NAPTR && field instanceof Quoted);
            if (data.has(field.name()) || (!optional && data.require(field.name()))) {
                copy(data, field, read);
            } else if (optional) {
                read.put(field.name(), "");
            }
        }
        checkLengths(type, data, read);
        return read;
    }

    private static void copy(Body data, DataField field, ObjectNode read) {
        String name = field.name();
        switch (field) {
            case Whole whole -> {
                Integer number = data.number(name, 0, whole.most());
                read.put(name, number == null ? 0 : number);
            }
            case Property _ -> {
                String text = data.text(name, 255);
                boolean right = text != null && !text.isEmpty() && text.chars().allMatch(RecordData::letterOrDigit);
                put(data, read, name, text, right, "must be letters and digits");
            }
            case Quoted _ -> put(data, read, name, data.text(name, LONGEST_TEXT), true, "");
            case Host _ -> {
                String text = data.text(name, 1_000);
                String host = text == null || text.equals(".")
                        ? text
                        : HostName.of(text).filter(it -> !HostName.isIpv4(it)).orElse(null);
                put(
                        data,
                        read,
                        name,
                        text == null ? null : host == null ? "" : host,
                        host != null,
                        "must be a host name");
            }
            case Hex _ -> {
                String text = unspaced(data.text(name, LONGEST_BYTES));
                boolean right = text != null
                        && !text.isEmpty()
                        && text.length() % 2 == 0
                        && text.chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0);
                put(data, read, name, text, right, "must be bytes in hexadecimal digits");
            }
            case Base64 _ -> {
                String text = unspaced(data.text(name, LONGEST_BYTES));
                put(data, read, name, text, text != null && isBase64(text), "must be Base64");
            }
            case Parameters _ -> {
                String text = data.text(name, LONGEST_TEXT);
                Optional<String> wrong = text == null ? Optional.empty() : ServiceParameters.problem(text);
                put(data, read, name, text, wrong.isEmpty(), wrong.orElse(""));
            }
        }
    }

    private static void put(
            Body data, ObjectNode read, String name, @Nullable String text, boolean right, String rule) {
        read.put(name, text);
        if (text != null && !right) {
            data.problems().add(data.pointer(name), "\"" + name + "\" " + rule);
        }
    }

    /// Digests whose kind is known have its length.
    private static void checkLengths(RecordType type, Body data, ObjectNode read) {
        record Digest(String kind, String field, Map<Integer, Integer> digits) {}
        Digest digest = switch (type) {
            case DS -> new Digest("digest_type", "digest", Map.of(1, 40, 2, 64, 4, 96));
            case SSHFP -> new Digest("type", "fingerprint", Map.of(1, 40, 2, 64));
            case SMIMEA, TLSA -> new Digest("matching_type", "certificate", Map.of(1, 64, 2, 128));
            case A, AAAA, CAA, CERT, CNAME, DNSKEY, HTTPS, LOC, MX, NAPTR, NS, OPENPGPKEY, PTR, SRV, SVCB, TXT, URI ->
                new Digest("", "", Map.of());
        };
        Integer wanted = digest.digits().get(read.path(digest.kind()).asInt(0));
        int found = read.path(digest.field()).asString("").length();
        if (wanted != null && found != 0 && found != wanted) {
            data.problems()
                    .add(
                            data.pointer(digest.field()),
                            "\"" + digest.field() + "\" has " + found + " digits; a digest of that kind has " + wanted);
        }
    }

    /// The text form of checked data.
    ///
    /// @param host writes a host name
    static String text(RecordType type, ObjectNode data, UnaryOperator<String> host) {
        if (type == RecordType.LOC) {
            return Location.text(data);
        }
        return type.fields().stream()
                .map(field -> {
                    String value = data.path(field.name()).asString();
                    return switch (field) {
                        case Quoted _ -> Presentation.quote(value);
                        case Host _ -> value.equals(".") ? value : host.apply(value);
                        case Whole _, Property _, Hex _, Base64 _, Parameters _ -> value;
                    };
                })
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /// The data that a text form names, unchecked; empty when its words do not make up the type's fields.
    ///
    /// @param host completes a host name
    static Optional<ObjectNode> parse(RecordType type, List<Token> tokens, UnaryOperator<String> host) {
        if (type == RecordType.LOC) {
            return Location.parse(tokens.stream().map(Token::text).toList());
        }
        ObjectNode data = Envelope.object();
        int at = 0;
        for (DataField field : type.fields()) {
            boolean rest = takesRest(field);
            if (at >= tokens.size() && !(field instanceof Parameters)) {
                return Optional.empty();
            }
            if (rest) {
                List<Token> words = tokens.subList(at, tokens.size());
                if (words.stream().anyMatch(Token::quoted)) {
                    return Optional.empty();
                }
                data.put(
                        field.name(),
                        words.stream()
                                .map(Token::text)
                                .collect(Collectors.joining(field instanceof Parameters ? " " : "")));
                at = tokens.size();
                continue;
            }
            Token token = tokens.get(at++);
            switch (field) {
                case Whole _ -> number(data, field.name(), token.text());
                case Quoted _ -> {
                    Optional<String> text = Presentation.text(token.text());
                    if (text.isEmpty()) {
                        return Optional.empty();
                    }
                    data.put(field.name(), text.get());
                }
                case Host _ -> data.put(field.name(), token.text().equals(".") ? "." : host.apply(token.text()));
                case Property _, Hex _, Base64 _, Parameters _ -> data.put(field.name(), token.text());
            }
        }
        return at == tokens.size() ? Optional.of(data) : Optional.empty();
    }

    /// A number where the text is one; other text stays, for the check to refuse.
    static void number(ObjectNode object, String field, String text) {
        boolean digits = !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (digits) {
            object.put(field, Integer.parseInt(text));
        } else {
            object.put(field, text);
        }
    }

    static boolean isBase64(String text) {
        try {
            return java.util.Base64.getDecoder().decode(text).length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean takesRest(DataField field) {
        return switch (field) {
            case Hex _, Base64 _, Parameters _ -> true;
            case Whole _, Property _, Quoted _, Host _ -> false;
        };
    }

    private static boolean letterOrDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /// Keys and digests are often broken into groups.
    private static @Nullable String unspaced(@Nullable String text) {
        if (text == null || text.chars().noneMatch(Character::isWhitespace)) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        text.chars().filter(c -> !Character.isWhitespace(c)).forEach(c -> plain.append((char) c));
        return plain.toString();
    }
}
