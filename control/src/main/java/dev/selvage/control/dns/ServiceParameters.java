package dev.selvage.control.dns;

import dev.selvage.control.dns.MasterLexer.Token;
import dev.selvage.control.names.HostName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The parameters of HTTPS and SVCB records in their text form (RFC 9460 section 2.1).
final class ServiceParameters {
    private ServiceParameters() {}

    /// What is wrong with `text`, to follow the field's name.
    static Optional<String> problem(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        Optional<List<Token>> tokens = MasterLexer.tokens(text);
        if (tokens.isEmpty() || text.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("must be parameters in one line, key=value with blanks between them");
        }
        Set<String> keys = new HashSet<>();
        Set<String> mandatory = new HashSet<>();
        for (Token token : tokens.get()) {
            int equals = token.text().indexOf('=');
            String key = equals < 0 ? token.text() : token.text().substring(0, equals);
            boolean named = !token.quoted()
                    && !key.isEmpty()
                    && key.length() <= 63
                    && key.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
            if (!named) {
                return Optional.of("has a parameter whose key is not of lower-case letters, digits and -");
            }
            if (!keys.add(key)) {
                return Optional.of("names the parameter " + key + " twice");
            }
            Optional<String> value =
                    equals < 0 ? Optional.of("") : value(token.text().substring(equals + 1));
            if (value.filter(it -> right(key, it)).isEmpty()) {
                return Optional.of("has a parameter " + key + " whose value is none of that key's");
            }
            if (key.equals("mandatory")) {
                mandatory.addAll(List.of(value.get().split(",", -1)));
            }
        }
        if (mandatory.contains("mandatory") || !keys.containsAll(mandatory)) {
            return Optional.of("says that parameters are mandatory which it does not have");
        }
        return keys.contains("no-default-alpn") && !keys.contains("alpn")
                ? Optional.of("has no-default-alpn without alpn")
                : Optional.empty();
    }

    private static Optional<String> value(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return Presentation.text(quoted ? text.substring(1, text.length() - 1) : text);
    }

    private static boolean right(String key, String value) {
        return switch (key) {
            case "port" -> isPort(value);
            case "ipv4hint" -> each(value, HostName::isIpv4);
            case "ipv6hint" -> each(value, HostName::isIpv6);
            case "alpn", "mandatory" -> each(value, part -> !part.isEmpty());
            case "no-default-alpn" -> value.isEmpty();
            case "ech" -> RecordData.isBase64(value);
            default -> true;
        };
    }

    private static boolean each(String value, Predicate<String> right) {
        return List.of(value.split(",", -1)).stream().allMatch(right);
    }

    private static boolean isPort(String text) {
        return !text.isEmpty()
                && text.length() <= 5
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(text) <= 65_535;
    }
}
