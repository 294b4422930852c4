package dev.selvage.toolkit.json;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The one JSON configuration: duplicate keys and trailing text are errors, depth and sizes are
/// bounded, unknown
/// properties are ignored so that an older reader accepts a newer writer's records.
public final class Json {
    /// Thread-safe.
    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(4 << 20)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}

    /// The JSON of `value`, UTF-8.
    public static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /// The value that `json` holds.
    ///
    /// @throws tools.jackson.core.JacksonException when it holds none
    public static <T> T read(byte[] json, Class<T> type) {
        return MAPPER.readValue(json, type);
    }
}
