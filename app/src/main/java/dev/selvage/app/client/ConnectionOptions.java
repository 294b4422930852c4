package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.settings.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where to connect, as whom, and how long to wait.
class ConnectionOptions {
    static final String HEADING = "%nConnection:%n";

    static final String DEFAULT_URL = "http://127.0.0.1:8787/client/v4";
    static final List<String> URL_VARIABLES = List.of("SELVAGE_URL", "CLOUDFLARE_BASE_URL");
    static final List<String> TOKEN_VARIABLES = List.of("SELVAGE_TOKEN", "CLOUDFLARE_API_TOKEN");

    private static final String ROOT = "/client/v4";
    private static final Path DEFAULT_DATA = Path.of("selvage-data");
    private static final String TOKEN_FILE = "admin-token";
    private static final Kind<Duration> TIMEOUT = Kind.duration(Duration.ofMillis(1), Duration.ofHours(1));

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The API's base URL (SELVAGE_URL, CLOUDFLARE_BASE_URL, " + DEFAULT_URL + ").")
    private @Nullable String url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file that holds the token (else SELVAGE_TOKEN, CLOUDFLARE_API_TOKEN, then the admin"
                    + " token of the data directory).")
    private @Nullable Path tokenFile;

    @Option(names = "--timeout", paramLabel = "TIME", description = "How long to wait for each answer (60s).")
    private String timeout = "60s";

    /// Not offered, only refused: every user of a machine can read the arguments of every process.
    @Option(names = "--token", hidden = true, arity = "0..1")
    private @Nullable String token;

    /// Those of a command whose token may lie in the data directory of a program on this machine.
    static final class Local extends ConnectionOptions {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The data directory of ./selvage up, for its admin token (./selvage-data).")
        private @Nullable Path data;

        @Override
        @Nullable
        Path data() {
            return data;
        }
    }

    /// The data directory, where one is named.
    @Nullable
    Path data() {
        return null;
    }

    /// The API to call.
    ///
    /// @param base without a slash at its end
    record Target(URI base, Credential credential, Duration patience) {}

    final Target target(Surroundings around) throws ClientFailure {
        if (token != null) {
            throw new ClientFailure(
                    Exit.USAGE,
                    "a token does not belong on the command line, where others can read it",
                    "give it with SELVAGE_TOKEN or --token-file");
        }
        URI base = base(around);
        return new Target(base, credential(around, base, data()), patience());
    }

    private Duration patience() throws ClientFailure {
        return switch (TIMEOUT.parse(timeout)) {
            case Kind.Valid<Duration>(Duration value) -> value;
            case Kind.Invalid<Duration>(String reason) ->
                throw new ClientFailure(
                        Exit.USAGE, "--timeout: `" + timeout + "` " + reason + "; expected " + TIMEOUT.expects());
        };
    }

    private URI base(Surroundings around) throws ClientFailure {
        if (url != null) {
            return base(url, "--url");
        }
        for (String variable : URL_VARIABLES) {
            String given = around.environment().getOrDefault(variable, "").strip();
            if (!given.isEmpty()) {
                return base(given, variable);
            }
        }
        return URI.create(DEFAULT_URL);
    }

    private static URI base(String text, String source) throws ClientFailure {
        String expected = "; expected a URL such as " + DEFAULT_URL;
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException wrong) {
            // Its message would repeat the text, which may hold a password.
            throw new ClientFailure(Exit.USAGE, source + " is not a URL" + expected);
        }
        if (url.getRawUserInfo() != null) {
            throw new ClientFailure(Exit.USAGE, source + " must not hold a user or a password" + expected);
        }
        boolean isHttp = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!isHttp || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new ClientFailure(Exit.USAGE, source + ": " + text + " is not the URL of an API" + expected);
        }
        String path = url.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + (path.isEmpty() ? ROOT : path));
    }

    private Credential credential(Surroundings around, URI base, @Nullable Path data) throws ClientFailure {
        if (tokenFile != null) {
            return Credential.file(around.directory().resolve(tokenFile));
        }
        for (String variable : TOKEN_VARIABLES) {
            String given = around.environment().getOrDefault(variable, "");
            if (!given.isBlank()) {
                return Credential.variable(variable, given);
            }
        }
        Path stored =
                around.directory().resolve(data == null ? DEFAULT_DATA : data).resolve(TOKEN_FILE);
        // The admin token of this machine is not for other machines, unless somebody says so.
        boolean fits = data != null || isThisMachine(base);
        if (fits && Files.isReadable(stored)) {
            return Credential.file(stored);
        }
        String why = !fits
                ? stored + " is not sent to " + base.getHost() + " without --data"
                : stored + (Files.exists(stored) ? " is not yours to read" : " is not there");
        throw new ClientFailure(
                Exit.DENIED,
                "there is no token to call " + base + " with",
                "give one with SELVAGE_TOKEN or --token-file, or name the data directory of ./selvage up with --data",
                "(" + why + ")");
    }

    /// True for loopback, where what is sent stays on this machine.
    static boolean isThisMachine(URI base) {
        String host = base.getHost();
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || (host.startsWith("127.") && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
    }
}
