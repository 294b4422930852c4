package dev.selvage.control.dns;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.dns.MasterLexer.Broken;
import dev.selvage.control.dns.MasterLexer.Token;
import dev.selvage.control.dns.MasterLexer.Tokens;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Reads a master file (RFC 1035 section 5.1, RFC 2308 section 4) as bodies of records, which are checked
/// where all records are. Comments behind records carry their comments and tags.
final class ZoneFileReader {
    /// Most records of one file.
    private static final int MOST = ZoneRecords.MOST;

    private static final int MOST_ERRORS = 50;
    private static final int LONGEST_NAME = 1_000;

    private final boolean proxied;
    private final List<Entry> entries = new ArrayList<>();
    private final List<ApiError> errors = new ArrayList<>();
    private int clamped;

    /// Without a full stop at its end; empty for the root.
    private String origin;

    private Optional<String> owner = Optional.empty();
    private Optional<Integer> defaultTtl = Optional.empty();
    private Optional<Integer> lastTtl = Optional.empty();

    /// A record of the file.
    ///
    /// @param line where it starts, from 1
    /// @param body as POST takes it
    record Entry(int line, ObjectNode body) {}

    /// What a file holds.
    ///
    /// @param errors what is wrong with it, with lines
    /// @param clamped how many times to live were brought within the bounds
    record Content(List<Entry> entries, List<ApiError> errors, int clamped) {
        Content {
            entries = List.copyOf(entries);
            errors = List.copyOf(errors);
        }
    }

    /// Says why a line is no record.
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String why) {
            super(why, null, false, false);
        }
    }

    private ZoneFileReader(String origin, boolean proxied) {
        this.origin = origin;
        this.proxied = proxied;
    }

    /// @param zone the name of the zone, canonical
    /// @param proxied whether a record is proxied whose tags do not say it
    static Content read(String text, String zone, boolean proxied) {
        ZoneFileReader reader = new ZoneFileReader(zone, proxied);
        reader.read(new MasterLexer(text.startsWith("\uFEFF") ? text.substring(1) : text));
        return new Content(reader.entries, reader.errors, reader.clamped);
    }

    /// The line of the first byte that UTF-8 does not have there, from 1.
    static int firstLineNotUtf8(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        StandardCharsets.UTF_8.newDecoder().decode(in, CharBuffer.allocate(file.length + 1), true);
        int line = 1;
        for (int i = 0; i < in.position(); i++) {
            line += file[i] == '\n' ? 1 : 0;
        }
        return line;
    }

    /// `error` as one of a line.
    static ApiError at(int line, ApiError error) {
        return new ApiError(error.code(), "line " + line + ": " + error.message(), null, error.chain());
    }

    private void read(MasterLexer lexer) {
        Optional<MasterLexer.Line> line = lexer.next();
        while (line.isPresent() && errors.size() < MOST_ERRORS) {
            try {
                switch (line.get()) {
                    case Broken broken -> throw new Malformed(broken.why());
                    case Tokens tokens -> read(tokens);
                }
            } catch (Malformed malformed) {
                ApiError what = new ApiError(RecordForm.INVALID, String.valueOf(malformed.getMessage()));
                errors.add(at(line.get().number(), what));
            }
            line = lexer.next();
        }
    }

    private void read(Tokens line) throws Malformed {
        Token first = line.tokens().getFirst();
        if (!line.indented() && !first.quoted() && first.text().startsWith("$")) {
            directive(first.text().toUpperCase(Locale.ROOT), line.tokens());
            return;
        }
        int at = 0;
        if (!line.indented()) {
            owner = Optional.of(absolute(first));
            at = 1;
        }
        String name = owner.orElseThrow(() -> new Malformed("it starts with a blank, but no record is before it"));
        Optional<Integer> ttl = Optional.empty();
        boolean classed = false;
        while (at < line.tokens().size()) {
            Token token = line.tokens().get(at);
            if (!classed && isClass(token)) {
                classed = true;
            } else if (ttl.isEmpty() && isTtl(token)) {
                ttl = Optional.of(ttl(token.text()));
            } else {
                break;
            }
            at++;
        }
        if (at == line.tokens().size()) {
            throw new Malformed("expected the type of a record");
        }
        lastTtl = ttl.or(() -> lastTtl);
        String typeName = line.tokens().get(at).text().toUpperCase(Locale.ROOT);
        if (typeName.equals("SOA")) {
            // The zone's own, which nobody here asks for.
            return;
        }
        if (entries.size() == MOST) {
            throw new Malformed("a file has at most " + MOST + " records");
        }
        ObjectNode body =
                body(typeName, line.tokens().subList(at + 1, line.tokens().size()));
        body.put("name", name.isEmpty() ? "." : name + ".");
        body.put("ttl", bounded(ttl.or(() -> defaultTtl).or(() -> lastTtl).orElse(1)));
        Remark.read(line.comment(), body, proxied).ifPresent(why -> {
            errors.add(at(line.number(), new ApiError(RecordForm.INVALID, why)));
        });
        entries.add(new Entry(line.number(), body));
    }

    private void directive(String name, List<Token> tokens) throws Malformed {
        if (!name.equals("$ORIGIN") && !name.equals("$TTL")) {
            throw new Malformed(name + " directive not allowed; $ORIGIN and $TTL are");
        }
        if (tokens.size() != 2) {
            throw new Malformed(name + " takes one value");
        }
        Token value = tokens.get(1);
        if (name.equals("$ORIGIN")) {
            origin = absolute(value);
        } else if (isTtl(value)) {
            defaultTtl = Optional.of(ttl(value.text()));
        } else {
            throw new Malformed("$TTL takes a number of seconds, or one such as 1h30m");
        }
    }

    /// A name without a full stop at its end.
    private String absolute(Token token) throws Malformed {
        String text = token.text();
        if (token.quoted() || text.length() > LONGEST_NAME) {
            throw new Malformed("expected a name");
        }
        if (text.equals("@")) {
            return origin;
        }
        if (text.endsWith(".")) {
            return text.substring(0, text.length() - 1);
        }
        String name = origin.isEmpty() ? text : text + "." + origin;
        if (name.length() > LONGEST_NAME) {
            throw new Malformed("the name is too long");
        }
        return name;
    }

    private ObjectNode body(String typeName, List<Token> data) throws Malformed {
        RecordType type = Arrays.stream(RecordType.values())
                .filter(it -> it.name().equals(typeName))
                .findFirst()
                .orElseThrow(() -> new Malformed("records of type \"" + typeName + "\" are not kept"));
        List<Token> completed = new ArrayList<>(data);
        ObjectNode body = Envelope.object().put("type", type.name());
        if (type.prioritised()) {
            if (completed.isEmpty()) {
                throw new Malformed("expected a priority");
            }
            RecordData.number(body, "priority", completed.removeFirst().text());
        }
        if (type.structured()) {
            List<Token> names = absoluteHosts(type, completed);
            body.set(
                    "data",
                    RecordData.parse(type, names, host -> host)
                            .orElseThrow(() -> new Malformed("that is not the data of a record of type " + type)));
            return body;
        }
        if (completed.isEmpty()) {
            throw new Malformed("expected the data of a record of type " + type);
        }
        return body.put("content", content(type, completed));
    }

    /// `data` with its host name complete.
    private List<Token> absoluteHosts(RecordType type, List<Token> data) throws Malformed {
        List<Token> completed = new ArrayList<>(data);
        for (int i = 0; i < type.fields().size() && i < completed.size(); i++) {
            if (type.fields().get(i) instanceof DataField.Host) {
                completed.set(i, new Token(host(completed.get(i)), false));
            }
        }
        return completed;
    }

    private String host(Token token) throws Malformed {
        String name = token.text().equals(".") ? "" : absolute(token);
        return name.isEmpty() ? "." : name;
    }

    private String content(RecordType type, List<Token> data) throws Malformed {
        if (type == RecordType.TXT) {
            List<String> strings = new ArrayList<>();
            for (Token token : data) {
                strings.add(Presentation.quoteAll(Presentation.bytes(token.text())
                        .orElseThrow(() -> new Malformed("a string has a broken escape"))));
            }
            return String.join(" ", strings);
        }
        if (data.stream().anyMatch(Token::quoted)) {
            throw new Malformed("the data of a record of type " + type + " is not written in quotes");
        }
        if (type == RecordType.OPENPGPKEY) {
            return data.stream().map(Token::text).collect(Collectors.joining());
        }
        if (data.size() != 1) {
            throw new Malformed("a record of type " + type + " has " + (type == RecordType.MX ? "a priority and " : "")
                    + "one value, not " + data.size());
        }
        boolean address = type == RecordType.A || type == RecordType.AAAA;
        return address ? data.getFirst().text() : host(data.getFirst());
    }

    private static boolean isClass(Token token) throws Malformed {
        String name = token.quoted() ? "" : token.text().toUpperCase(Locale.ROOT);
        if (name.equals("CH") || name.equals("HS") || name.equals("CS")) {
            throw new Malformed("only records of class IN are kept, not " + name);
        }
        return name.equals("IN");
    }

    private static boolean isTtl(Token token) {
        return !token.quoted()
                && token.text().length() <= 32
                && Character.isDigit(token.text().charAt(0))
                && token.text().charAt(0) < 128;
    }

    /// Seconds, or numbers with units such as 1h30m.
    private static int ttl(String text) throws Malformed {
        long seconds = 0;
        long number = -1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                number = Math.max(number, 0) * 10 + c - '0';
            } else {
                long unit = unit(c);
                if (unit == 0 || number < 0) {
                    throw new Malformed("\"" + text + "\" is not a time to live");
                }
                seconds += number * unit;
                number = -1;
            }
            if (number > Integer.MAX_VALUE || seconds > Integer.MAX_VALUE) {
                throw new Malformed("\"" + text + "\" is longer than a time to live can be (RFC 2181 section 8)");
            }
        }
        return (int) Math.min(Integer.MAX_VALUE, seconds + Math.max(number, 0));
    }

    private static long unit(char c) {
        return switch (c) {
            case 's', 'S' -> 1;
            case 'm', 'M' -> 60;
            case 'h', 'H' -> 3_600;
            case 'd', 'D' -> 86_400;
            case 'w', 'W' -> 604_800;
            default -> 0;
        };
    }

    private int bounded(int ttl) {
        int bounded = ttl == 1 ? 1 : Math.clamp(ttl, RecordForm.LEAST_TTL, RecordForm.MOST_TTL);
        if (bounded != ttl) {
            clamped++;
        }
        return bounded;
    }
}
