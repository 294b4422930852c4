package dev.selvage.control.settings;

import dev.selvage.control.api.Envelope;
import dev.selvage.toolkit.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// What the value of a setting looks like.
sealed interface Form {
    /// The value where none was set.
    JsonNode absent();

    /// The value that `given` means; empty when it is none of this form.
    Optional<JsonNode> read(JsonNode given);

    /// What is accepted, for messages.
    String expected();

    /// One of some values; the first is the default.
    record OneOf(List<JsonNode> values) implements Form {
        static OneOf words(String... words) {
            return new OneOf(Stream.of(words).<JsonNode>map(StringNode::valueOf).toList());
        }

        static OneOf numbers(Integer... numbers) {
            return new OneOf(Stream.of(numbers).<JsonNode>map(IntNode::valueOf).toList());
        }

        public OneOf {
            values = List.copyOf(values);
        }

        @Override
        public JsonNode absent() {
            return values.getFirst();
        }

        @Override
        public Optional<JsonNode> read(JsonNode given) {
            JsonNode value =
                    given.isIntegralNumber() && given.canConvertToInt() ? IntNode.valueOf(given.intValue()) : given;
            return Optional.of(value).filter(values::contains);
        }

        @Override
        public String expected() {
            return "one of " + values.stream().map(JsonNode::toString).collect(Collectors.joining(", "));
        }
    }

    /// A whole number, which some clients write as a string.
    record Whole(int least, int most, int normal) implements Form {
        @Override
        public JsonNode absent() {
            return IntNode.valueOf(normal);
        }

        @Override
        public Optional<JsonNode> read(JsonNode given) {
            String digits = given.isString() ? given.stringValue() : given.isIntegralNumber() ? given.toString() : "";
            if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.empty();
            }
            int number = Integer.parseInt(digits);
            return number < least || number > most ? Optional.empty() : Optional.of(IntNode.valueOf(number));
        }

        @Override
        public String expected() {
            return "a whole number from " + least + " to " + most;
        }
    }

    /// TLS cipher suites by BoringSSL's names, those of TLS 1.2; the empty list is the default.
    record Ciphers() implements Form {
        private static final Set<String> KNOWN = Set.of(
                "ECDHE-ECDSA-AES128-GCM-SHA256",
                "ECDHE-ECDSA-CHACHA20-POLY1305",
                "ECDHE-RSA-AES128-GCM-SHA256",
                "ECDHE-RSA-CHACHA20-POLY1305",
                "ECDHE-ECDSA-AES128-SHA256",
                "ECDHE-ECDSA-AES128-SHA",
                "ECDHE-RSA-AES128-SHA256",
                "ECDHE-RSA-AES128-SHA",
                "AES128-GCM-SHA256",
                "AES128-SHA256",
                "AES128-SHA",
                "ECDHE-ECDSA-AES256-GCM-SHA384",
                "ECDHE-ECDSA-AES256-SHA384",
                "ECDHE-RSA-AES256-GCM-SHA384",
                "ECDHE-RSA-AES256-SHA384",
                "ECDHE-RSA-AES256-SHA",
                "AES256-GCM-SHA384",
                "AES256-SHA256",
                "AES256-SHA",
                "DES-CBC3-SHA");

        @Override
        public JsonNode absent() {
            return Envelope.array();
        }

        @Override
        public Optional<JsonNode> read(JsonNode given) {
            if (!(given instanceof ArrayNode names) || names.size() > KNOWN.size()) {
                return Optional.empty();
            }
            Set<String> seen = new HashSet<>();
            boolean right = names.valueStream()
                    .allMatch(name ->
                            name.isString() && KNOWN.contains(name.stringValue()) && seen.add(name.stringValue()));
            return right ? Optional.of(given) : Optional.empty();
        }

        @Override
        public String expected() {
            return "an array of different cipher suites of TLS 1.2 by BoringSSL's names, such as"
                    + " \"ECDHE-ECDSA-AES128-GCM-SHA256\"; [] is the default. Those of TLS 1.3 cannot be chosen";
        }
    }

    /// Strict transport security (RFC 6797).
    record SecurityHeader() implements Form {
        private static final String OUTER = "strict_transport_security";
        private static final JsonNode ABSENT = Json.MAPPER.readTree(
                "{\"" + OUTER
                        + "\":{\"enabled\":false,\"max_age\":0,\"include_subdomains\":false,\"preload\":false,\"nosniff\":false}}");
        private static final int LONGEST = 31_536_000 * 2;

        @Override
        public JsonNode absent() {
            return ABSENT.deepCopy();
        }

        @Override
        public Optional<JsonNode> read(JsonNode given) {
            if (!(given instanceof ObjectNode outer)
                    || outer.size() != 1
                    || !(outer.get(OUTER) instanceof ObjectNode inner)) {
                return Optional.empty();
            }
            ObjectNode value = (ObjectNode) absent();
            ObjectNode header = (ObjectNode) value.get(OUTER);
            for (Map.Entry<String, JsonNode> field : inner.properties()) {
                JsonNode known = header.get(field.getKey());
                JsonNode found = field.getValue();
                boolean age = known != null
                        && known.isNumber()
                        && found.isIntegralNumber()
                        && found.canConvertToInt()
                        && found.intValue() >= 0
                        && found.intValue() <= LONGEST;
                if (known == null || !(age || (known.isBoolean() && found.isBoolean()))) {
                    return Optional.empty();
                }
                header.set(field.getKey(), found);
            }
            return Optional.of(value);
        }

        @Override
        public String expected() {
            return "{\"" + OUTER + "\": {\"enabled\": true or false, \"max_age\": seconds up to " + LONGEST
                    + ", \"include_subdomains\", \"preload\" and \"nosniff\": true or false}}";
        }
    }

    /// What is one thing here, and cannot be changed.
    record Fixed(JsonNode value) implements Form {
        static Fixed word(String word) {
            return new Fixed(StringNode.valueOf(word));
        }

        static Fixed off() {
            return word("off");
        }

        @Override
        public JsonNode absent() {
            return value.deepCopy();
        }

        @Override
        public Optional<JsonNode> read(JsonNode given) {
            return Optional.empty();
        }

        @Override
        public String expected() {
            return "nothing: it cannot be modified";
        }
    }

    /// Which types an image's extension may be served as, by `Vary: Accept`.
    record Variants() implements Form {
        private static final Set<String> EXTENSIONS =
                Set.of("avif", "bmp", "gif", "jpeg", "jpg", "jpg2", "jp2", "png", "tif", "tiff", "webp");
        private static final int MOST = 20;

        @Override
        public JsonNode absent() {
            return Envelope.object();
        }

        @Override
        public Optional<JsonNode> read(JsonNode given) {
            boolean right = given instanceof ObjectNode object
                    && object.properties().stream()
                            .allMatch(entry -> EXTENSIONS.contains(entry.getKey()) && types(entry.getValue()));
            return right ? Optional.of(given) : Optional.empty();
        }

        private static boolean types(JsonNode list) {
            return list.isArray()
                    && list.size() <= MOST
                    && list.valueStream().allMatch(type -> type.isString() && image(type.stringValue()))
                    && list.valueStream().distinct().count() == list.size();
        }

        private static boolean image(String type) {
            String subtype = type.startsWith("image/") ? type.substring("image/".length()) : "";
            return !subtype.isEmpty()
                    && subtype.length() <= 64
                    && subtype.chars()
                            .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || ".+-".indexOf(c) >= 0);
        }

        @Override
        public String expected() {
            return "an object of arrays of different image types, such as {\"jpeg\": [\"image/webp\", \"image/avif\"]},"
                    + " by the extensions avif, bmp, gif, jpeg, jpg, jpg2, jp2, png, tif, tiff and webp";
        }
    }
}
