package dev.selvage.rules;

import java.util.Locale;
import java.util.Optional;

/// The functions of the language..
public enum RuleFunction {
    /// `lower(s)`: ASCII letters in lower case.
    LOWER(Type.STRING),
    /// `upper(s)`: ASCII letters in upper case.
    UPPER(Type.STRING),
    /// `starts_with(s, "literal")`.
    STARTS_WITH(Type.BOOLEAN),
    /// `ends_with(s, "literal")`.
    ENDS_WITH(Type.BOOLEAN),
    /// `len(s)`: bytes of a string, elements of an array.
    LEN(Type.INTEGER),
    /// `concat(s, s, …)`: strings, integers or addresses, as text; or arrays and strings, to an array.
    CONCAT(Type.STRING),
    /// `substring(s, start[, end])`: bytes; negative from the end, the end excluded.
    SUBSTRING(Type.STRING),
    /// `url_decode(s[, "r" "u" "ur"])`: percent-decoded, `+` to a blank.
    URL_DECODE(Type.STRING),
    /// `remove_bytes(s, "literal")`: without any of these bytes.
    REMOVE_BYTES(Type.STRING),
    /// `lookup_json_string(s, key…)`.
    LOOKUP_JSON_STRING(Type.STRING),
    /// `lookup_json_integer(s, key…)`.
    LOOKUP_JSON_INTEGER(Type.INTEGER),
    /// `to_string(x)`: an integer, a boolean or an address as text.
    TO_STRING(Type.STRING),
    /// `split(s, "separator", limit)`.
    SPLIT(Type.STRINGS),
    /// `join(array, "separator")`.
    JOIN(Type.STRING),
    /// `regex_replace(s, "regex", "replacement")`: the first match; `${1}` to `${8}`, `$$`.
    REGEX_REPLACE(Type.STRING),
    /// `wildcard_replace(s, "pattern", "replacement"[, "s"])`: of a whole value that fits.
    WILDCARD_REPLACE(Type.STRING),
    /// `remove_query_args(s, "name"…)`: a query without these parameters.
    REMOVE_QUERY_ARGS(Type.STRING),
    /// `cidr(ip, bits4, bits6)`: the network of an address.
    CIDR(Type.IP),
    /// `cidr6(ip, bits6)`: the same, of IPv6 addresses only.
    CIDR6(Type.IP),
    /// `decode_base64(s)`.
    DECODE_BASE64(Type.STRING),
    /// `encode_base64(s[, "u" "p" "up"])`: URL-safe, padded.
    ENCODE_BASE64(Type.STRING),
    /// `sha256(s)`: 32 bytes.
    SHA256(Type.STRING),
    /// `uuidv4(s)`: from 16 or more random bytes.
    UUIDV4(Type.STRING),
    /// `is_timed_hmac_valid_v0("key", message, ttl, now[, separator length[, "s"]])`.
    IS_TIMED_HMAC_VALID_V0(Type.BOOLEAN);

    private final Type type;

    RuleFunction(Type type) {
        this.type = type;
    }

    public static Optional<RuleFunction> named(String name) {
        for (RuleFunction function : values()) {
            if (function.spelled().equals(name)) {
                return Optional.of(function);
            }
        }
        return Optional.empty();
    }

    /// As expressions spell it.
    public String spelled() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What it comes to; `CONCAT` of an array comes to an array.
    public Type type() {
        return type;
    }
}
