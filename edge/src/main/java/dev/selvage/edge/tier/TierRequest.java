package dev.selvage.edge.tier;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an edge tells its upper of a request in the field [#FIELD]: whom it is for, and which purges must have been
/// applied before it may be answered from the cache.
///
/// On the wire it is a list of parameters in a fixed order, the last of which is a code over all others, the
/// method, the authority and the target: the field of one request is of no use for another, and of none at all
/// after [#MOST_SKEW] seconds.
///
/// @param at epoch seconds when it was sent
/// @param zone the zone's id
/// @param version of the zone's configuration that the lower edge decided by
/// @param sequence of the last purge of the zone that the lower edge knew of when its fill began
/// @param secure the visitor's scheme is `https`
/// @param port that the visitor connected to
/// @param ray the request's id
/// @param address the visitor's
/// @param country the visitor's, two letters
/// @param forwarded what the origin is told in `X-Forwarded-For`
/// @param raw the target as the visitor sent it; empty where the request's own target is that
public record TierRequest(
        long at,
        String zone,
        long version,
        long sequence,
        boolean secure,
        int port,
        long ray,
        byte[] address,
        String country,
        String forwarded,
        String raw) {
    /// The field's name, lower case.
    public static final String FIELD = "selvage-tier";

    /// How far the clocks of two edges may be apart, seconds.
    static final long MOST_SKEW = 60;

    private static final int MOST_LENGTH = 64 << 10;
    private static final List<String> NAMES = List.of(
            "at",
            "zone",
            "version",
            "sequence",
            "scheme",
            "port",
            "ray",
            "address",
            "country",
            "forwarded",
            "raw",
            "code");
    private static final int CODE = NAMES.size() - 1;

    /// The same as known at another time.
    TierRequest sent(long at, long sequence) {
        return new TierRequest(at, zone, version, sequence, secure, port, ray, address, country, forwarded, raw);
    }

    /// The field's value.
    String sealed(TierSecret secret, String method, String authority, String target) {
        List<String> values = List.of(
                Long.toString(at),
                zone,
                Long.toString(version),
                Long.toString(sequence),
                secure ? "https" : "http",
                Integer.toString(port),
                HexFormat.of().toHexDigits(ray),
                NetUtil.bytesToIpAddress(address),
                country,
                encoded(forwarded),
                encoded(raw));
        StringBuilder said = new StringBuilder(256);
        for (int i = 0; i < values.size(); i++) {
            said.append(NAMES.get(i)).append('=').append(values.get(i)).append("; ");
        }
        return said + NAMES.get(CODE) + '=' + secret.sign(covered(said.toString(), method, authority, target));
    }

    private static String covered(String said, String method, String authority, String target) {
        // None of these has a line feed in it.
        return FIELD + '\n' + method + '\n' + authority + '\n' + target + '\n' + said;
    }

    /// What the field says; null where it is not from an edge that knows the secret, or not of this request, or
    /// not of now.
    ///
    /// @param now epoch seconds
    static @Nullable TierRequest opened(
            String field, TierSecret secret, long now, String method, String authority, String target) {
        int code = field.lastIndexOf("; ");
        if (field.length() > MOST_LENGTH || code < 0) {
            return null;
        }
        List<String> values = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= CODE; i++) {
            String name = NAMES.get(i) + '=';
            int end = i == CODE ? field.length() : field.indexOf("; ", start);
            if (end < 0 || !field.startsWith(name, start)) {
                return null;
            }
            values.add(field.substring(Math.min(start + name.length(), end), end));
            start = end + 2;
        }
        String said = field.substring(0, code + 2);
        if (!secret.signed(covered(said, method, authority, target), values.get(CODE))) {
            return null;
        }
        try {
            return read(values, now);
        } catch (IllegalArgumentException _) {
            // An edge of another version, as nobody else can sign.
            return null;
        }
    }

    private static @Nullable TierRequest read(List<String> values, long now) {
        long at = Long.parseLong(values.get(0));
        byte[] address = NetUtil.createByteArrayFromIpAddressString(values.get(7));
        int port = Integer.parseInt(values.get(5));
        if (address == null || Math.abs(now - at) > MOST_SKEW || port < 0 || port > 65_535) {
            return null;
        }
        return new TierRequest(
                at,
                values.get(1),
                Long.parseLong(values.get(2)),
                Long.parseLong(values.get(3)),
                values.get(4).equals("https"),
                port,
                HexFormat.fromHexDigitsToLong(values.get(6)),
                address,
                values.get(8),
                decoded(values.get(9)),
                decoded(values.get(10)));
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String decoded(String text) {
        return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1);
    }
}
