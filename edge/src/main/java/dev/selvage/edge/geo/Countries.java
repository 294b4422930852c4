package dev.selvage.edge.geo;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The countries of IP addresses, from a bundled database that is held in memory.
///
/// Thread-safe. An event loop asks through its own [Lookup], which remembers what it was asked before.
public final class Countries {
    /// The answer for an address that belongs to no country, or to none that is known.
    public static final String UNKNOWN = "XX";

    private static final String RESOURCE = "countries.mmdb.gz";

    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    private volatile @Nullable Reader reader;

    private Countries() {}

    /// The bundled database, read whole before this returns.
    ///
    /// @throws UncheckedIOException when the program's own files are damaged
    public static Countries load() {
        var countries = new Countries();
        try {
            countries.read(bundled());
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
        return countries;
    }

    /// The bundled database, being read on a thread of its own; every answer is [#UNKNOWN] until [#loaded].
    public static Countries loading() {
        return loading(Countries::bundled);
    }

    static Countries loading(Source source) {
        var countries = new Countries();
        Thread.ofPlatform().name("countries-loader").daemon().start(() -> {
            try {
                countries.read(source.open());
            } catch (IOException | RuntimeException failure) {
                countries.loaded.completeExceptionally(failure);
            }
        });
        return countries;
    }

    /// Completes when the database has been read; exceptionally when it could not be, and then every
    /// answer stays
    /// [#UNKNOWN].
    public CompletionStage<Void> loaded() {
        return loaded.minimalCompletionStage();
    }

    /// The country of `address`, ISO 3166-1 alpha-2, or [#UNKNOWN] when it has none: a private,
    /// loopback or unassigned
    /// address, or not 4 or 16 bytes.
    ///
    /// Searches the database each time, about half a microsecond. Never throws.
    public String country(byte[] address) {
        Reader reader = this.reader;
        return reader == null ? UNKNOWN : search(reader, address);
    }

    /// A lookup for one thread.
    public Lookup newLookup() {
        return new Lookup();
    }

    /// Answers like [Countries#country], and repeated addresses from memory in a few nanoseconds.
    ///
    /// Not thread-safe: one per event loop. Its memory is bounded: addresses share a fixed number of
    /// places and the
    /// newest wins.
    public final class Lookup {
        // 160 KiB; a loop seldom sees more clients at a time.
        private static final int PLACE_BITS = 13;
        private static final int PLACES = 1 << PLACE_BITS;

        // An address is 128 bits, IPv4 in its IPv6-mapped form; a place without a country is empty.
        private final long[] high = new long[PLACES];
        private final long[] low = new long[PLACES];
        private final @Nullable String[] countries = new String[PLACES];

        private Lookup() {}

        /// The country of `address`, as [Countries#country].
        public String country(byte[] address) {
            long high;
            long low;
            switch (address.length) {
                case 4 -> {
                    high = 0;
                    low = 0xffff_0000_0000L | bits(address, 0, 4);
                }
                case 16 -> {
                    high = bits(address, 0, 8);
                    low = bits(address, 8, 8);
                }
                default -> {
                    return UNKNOWN;
                }
            }
            int place = place(high, low);
            String known = countries[place];
            if (known != null && this.high[place] == high && this.low[place] == low) {
                return known;
            }
            Reader reader = Countries.this.reader;
            if (reader == null) {
                return UNKNOWN; // and not remembered: the database will know better
            }
            String found = search(reader, address);
            this.high[place] = high;
            this.low[place] = low;
            countries[place] = found;
            return found;
        }

        /// Multiplying spreads the low bits, in which neighbours differ, to the high ones, which choose
        /// the place.
        private static int place(long high, long low) {
            long mixed = (high * 0x9E37_79B9_7F4A_7C15L ^ low) * 0xD6E8_FEB8_6659_FD93L;
            return (int) (mixed >>> (64 - PLACE_BITS));
        }

        private static long bits(byte[] address, int from, int count) {
            long bits = 0;
            for (int i = from; i < from + count; i++) {
                bits = bits << 8 | (address[i] & 0xff);
            }
            return bits;
        }
    }

    /// Where a gzipped database comes from.
    interface Source {
        InputStream open() throws IOException;
    }

    private static InputStream bundled() throws IOException {
        InputStream resource = Countries.class.getResourceAsStream(RESOURCE);
        if (resource == null) {
            throw new FileNotFoundException(
                    "the country database " + RESOURCE + " is missing from this build beside " + Countries.class);
        }
        return resource;
    }

    private void read(InputStream compressed) throws IOException {
        try (compressed;
                var database = new GZIPInputStream(compressed, 1 << 16)) {
            reader = new Reader(database, new CHMCache());
            loaded.complete(null);
        }
    }

    private static String search(Reader reader, byte[] bytes) {
        try {
            InetAddress address = InetAddress.getByAddress(bytes);
            if (nowhere(address)) {
                return UNKNOWN;
            }
            Map<?, ?> row = reader.get(address, Map.class);
            Object code = row == null ? UNKNOWN : row.get("country_code");
            return code instanceof String text ? Codes.SHARED.getOrDefault(text, UNKNOWN) : UNKNOWN;
        } catch (IOException | RuntimeException malformed) {
            return UNKNOWN; // not an address, or a damaged row: a request must not fail for its country
        }
    }

    private static boolean nowhere(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc; // RFC 4193
        boolean sharedSpace = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64; // RFC 6598
        return uniqueLocal
                || sharedSpace
                || address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress();
    }

    /// A class of its own because it is first needed after the start.
    private static final class Codes {
        /// Every country's code, as one shared string each. Kosovo's is user-assigned in ISO 3166-1 and
        /// in use
        /// everywhere.
        static final Map<String, String> SHARED = Stream.concat(Stream.of("XK"), Stream.of(Locale.getISOCountries()))
                .collect(Collectors.toUnmodifiableMap(Function.identity(), Function.identity()));
    }
}
