package dev.selvage.edge.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyedHashTest {
    /// The vectors of the reference implementation: key 00..0f, input 00.. of each length, output in
    /// its byte order.
    @ParameterizedTest
    @CsvSource({
        "0,310e0edd47db6f72",
        "1,fd67dc93c539f874",
        "7,37d1018bf50002ab",
        "8,6224939a79f5f593",
        "9,b0e4a90bdf82009e",
        "15,e545be4961ca29a1",
        "63,724506eb4c328a95"
    })
    void theHashIsThatOfItsAuthors(int length, String expected) {
        byte[] input = new byte[length + 2];
        for (int i = 0; i < length; i++) {
            input[i + 1] = (byte) i;
        }
        long hash = new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L).of(input, 1, length);
        assertThat(String.format("%016x", Long.reverseBytes(hash))).isEqualTo(expected);
    }
}
