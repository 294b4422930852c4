package dev.selvage.edge.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountriesTest {
    private static final Countries COUNTRIES = Countries.load();

    @ParameterizedTest
    @CsvSource({
        "193.0.6.139, NL",
        "83.149.9.0, RU",
        "133.11.11.11, JP",
        "196.25.1.1, ZA",
        "8.8.8.8, US",
        "2001:67c:2e8:22::c100:68b, NL",
        "2001:4860:4860::8888, US"
    })
    void aPublicAddressHasItsCountry(String address, String country) {
        assertThat(COUNTRIES.country(bytes(address))).isEqualTo(country);
        assertThat(COUNTRIES.newLookup().country(bytes(address))).isEqualTo(country);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.1.1",
                "100.64.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "240.0.0.1",
                "::",
                "::1",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1"
            })
    void anAddressOfNoCountryIsUnknown(String address) {
        assertThat(COUNTRIES.country(bytes(address))).isEqualTo("XX");
        assertThat(COUNTRIES.newLookup().country(bytes(address))).isEqualTo("XX");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5, 15, 17, 1000})
    void whatIsNoAddressIsUnknown(int length) {
        assertThat(COUNTRIES.country(new byte[length])).isEqualTo("XX");
        assertThat(COUNTRIES.newLookup().country(new byte[length])).isEqualTo("XX");
    }

    @Test
    void anIpv4AddressInItsIpv6FormHasTheSameCountry() {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(bytes("193.0.6.139"), 0, mapped, 12, 4);
        assertThat(COUNTRIES.country(mapped)).isEqualTo("NL");
        Countries.Lookup lookup = COUNTRIES.newLookup();
        assertThat(lookup.country(bytes("193.0.6.139"))).isEqualTo("NL");
        assertThat(lookup.country(mapped)).isEqualTo("NL");
    }

    @Test
    void aLookupThatRemembersAnswersAsTheDatabaseDoes() {
        Countries.Lookup lookup = COUNTRIES.newLookup();
        Random random = new Random(7);
        byte[][] addresses = new byte[10_000][]; // more than it can remember
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = new byte[i % 4 == 0 ? 16 : 4];
            random.nextBytes(addresses[i]);
            if (addresses[i].length == 16) {
                addresses[i][0] = 0x20; // where unicast addresses are
                addresses[i][1] = 1;
            }
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] address = addresses[random.nextInt(addresses.length)];
            assertThat(lookup.country(address)).isEqualTo(COUNTRIES.country(address));
            assertThat(lookup.country(address)).isSameAs(lookup.country(address));
        }
    }

    @Test
    void everyAnswerIsACountrysCodeOrUnknown() {
        Set<String> allowed = new TreeSet<>(Set.of(Locale.getISOCountries()));
        allowed.add("XK");
        allowed.add("XX");
        Random random = new Random(11);
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < 50_000; i++) {
            byte[] address = new byte[4];
            random.nextBytes(address);
            seen.add(COUNTRIES.country(address));
        }
        assertThat(allowed).containsAll(seen);
        assertThat(seen).hasSizeGreaterThan(50).contains("XX", "US", "DE", "JP");
    }

    @Test
    void untilItIsLoadedEveryAddressIsUnknownAndNothingIsRemembered() throws Exception {
        var open = new CountDownLatch(1);
        Countries countries = Countries.loading(() -> {
            await(open);
            return bundled();
        });
        Countries.Lookup lookup = countries.newLookup();
        assertThat(countries.country(bytes("193.0.6.139"))).isEqualTo("XX");
        assertThat(lookup.country(bytes("193.0.6.139"))).isEqualTo("XX");
        assertThat(countries.loaded().toCompletableFuture()).isNotDone();

        open.countDown();
        countries.loaded().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(countries.country(bytes("193.0.6.139"))).isEqualTo("NL");
        assertThat(lookup.country(bytes("193.0.6.139"))).isEqualTo("NL");
    }

    @Test
    void theBundledDatabaseLoadsInTheBackground() throws Exception {
        Countries countries = Countries.loading();
        countries.loaded().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(countries.country(bytes("193.0.6.139"))).isEqualTo("NL");
    }

    @Test
    void aDatabaseThatCannotBeReadSaysSoAndLeavesEveryAddressUnknown() {
        Countries damaged = Countries.loading(() -> new ByteArrayInputStream(new byte[100]));
        assertThatThrownBy(() -> damaged.loaded().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(IOException.class);
        assertThat(damaged.country(bytes("193.0.6.139"))).isEqualTo("XX");
        assertThat(damaged.newLookup().country(bytes("193.0.6.139"))).isEqualTo("XX");

        Countries missing = Countries.loading(() -> {
            throw new FileNotFoundException("gone");
        });
        assertThatThrownBy(() -> missing.loaded().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .hasMessageContaining("gone");
    }

    @Test
    void nobodyButTheLoaderCanSayThatItIsLoaded() {
        Countries countries = Countries.loading(() -> {
            throw new FileNotFoundException("gone");
        });
        assertThatThrownBy(() -> countries.loaded().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .hasMessageContaining("gone");
        countries.loaded().toCompletableFuture().complete(null);
        assertThat(countries.loaded().toCompletableFuture()).isCompletedExceptionally();
    }

    private static InputStream bundled() {
        InputStream resource = Countries.class.getResourceAsStream("countries.mmdb.gz");
        assertThat(resource).isNotNull();
        return resource;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("the test did not open the gate");
            }
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private static byte[] bytes(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
