package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static String text(byte[] address) {
        byte[] into = new byte[Addresses.MOST_TEXT];
        return new String(into, 0, Addresses.text(address, into), StandardCharsets.US_ASCII);
    }

    @Test
    void anAddressIsWrittenAsEverywhereElse() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200_000; i++) {
            byte[] address = new byte[i % 4 == 0 ? 4 : 16];
            random.nextBytes(address);
            for (int group = 0; group < address.length / 2; group++) {
                if (random.nextInt(2) == 0) {
                    address[2 * group] = 0;
                    address[2 * group + 1] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
                }
            }
            assertThat(text(address)).isEqualTo(NetUtil.bytesToIpAddress(address));
        }
    }

    @Test
    void theLongestAddressFits() {
        byte[] address = new byte[16];
        java.util.Arrays.fill(address, (byte) 0xff);
        assertThat(text(address)).hasSize(Addresses.MOST_TEXT);
        assertThat(text(new byte[16])).isEqualTo("::");
        assertThat(text(new byte[0])).isEmpty();
    }
}
