package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `./selvage purge ZONE …`, and what it leaves: receipts and explanations.
@Command(
        name = "purge",
        description = "Takes what some URLs, hosts, prefixes or tags cover, or everything, out of the cache.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./selvage purge example.com --prefix www.example.com/shop --preview",
            "  ./selvage purge example.com --prefix www.example.com/shop --wait",
            "  ./selvage purge example.com --tag product-7 --soft",
            "  ./selvage purge example.com https://www.example.com/logo.png",
            "  ./selvage purge show example.com 0123456789abcdef0123456789abcdef",
            "  ./selvage purge explain https://www.example.com/shop/7"
        })
final class PurgeCommand extends ClientCommand.Local {
    /// How long `--wait` waits, and how often it looks.
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(200);

    /// The API's code of a purge that the zone asks confirmation for.
    private static final String UNCONFIRMED = "1241:";

    @Parameters(index = "0", arity = "0..1", paramLabel = "ZONE", description = ZoneCommands.ZONE)
    private @Nullable String zone;

    @Option(names = "--everything", description = "All that is cached of the zone.")
    private boolean everything;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "URL", description = "The URLs, with scheme and host.")
    private List<String> urls = List.of();

    @Option(names = "--host", paramLabel = "HOST", description = "All of this host; may be given several times.")
    private List<String> hosts = List.of();

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "What is at and under host/path; may be given several times.")
    private List<String> prefixes = List.of();

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description = "What the origin named so in Cache-Tag; may be given several times.")
    private List<String> tags = List.of();

    @Option(names = "--soft", description = "Makes it stale: the origin may confirm it.")
    private boolean soft;

    @Option(names = "--preview", description = "Says what it would drop, and drops nothing.")
    private boolean preview;

    @Option(
            names = "--wait",
            description = "Waits until every PoP has it and has given back the space; at most a minute.")
    private boolean wait;

    @Option(
            names = "--confirm",
            description = "Does not ask, and purges also what is above the zone's purge_confirmation_share.")
    private boolean confirm;

    @Option(
            names = "--rewarm",
            paramLabel = "N",
            description = "Each PoP fetches the hottest N that it dropped again by itself.")
    private @Nullable Integer rewarm;

    PurgeCommand(Surroundings around) {
        super(around);
    }

    /// @param called the word after `purge`, which is a verb or a zone
    static CommandLine of(Surroundings around, String called) {
        CommandLine purge = new CommandLine(new PurgeCommand(around));
        if (called.isEmpty() || called.equals("show")) {
            purge.addSubcommand(new Show(around));
        }
        if (called.isEmpty() || called.equals("explain")) {
            purge.addSubcommand(new Explain(around));
        }
        return purge;
    }

    @Override
    void run(Session session) throws ClientFailure {
        if (zone == null) {
            throw new ClientFailure(
                    Exit.USAGE, "name a zone, or one of show, explain; ./selvage purge --help says more");
        }
        ObjectNode body = body();
        if (preview && (wait || confirm || soft || rewarm != null)) {
            throw new ClientFailure(Exit.USAGE, "--preview drops nothing; leave out the options of a purge");
        }
        Names.Zone found = session.names.zone(zone);
        ApiPath path = ApiPath.of("zones", found.id(), soft ? "invalidate_cache" : "purge_cache");
        if (preview) {
            JsonNode answer = session.client.result("POST", path.then("preview"), body);
            if (session.output.isJson()) {
                session.output.json(answer);
            } else {
                PurgeText.preview(session.output, answer);
            }
            return;
        }
        if (everything) {
            confirm(session, confirm, "purge all that is cached of " + found.shown() + " (or --confirm)");
        }
        JsonNode accepted =
                purge(session, path.with("confirm", confirm ? true : null).with("rewarm", rewarm), body);
        String id = Names.id(accepted);
        session.output.note("the purge is accepted: " + id);
        if (!wait) {
            if (session.output.isJson()) {
                session.output.json(accepted);
            }
            return;
        }
        JsonNode receipt = follow(session, ApiPath.of("zones", found.id(), "purge_cache", id));
        show(session, receipt);
        if (receipt.path("state").asString("").equals("waiting")) {
            throw new ClientFailure(
                    Exit.LATER,
                    "after " + LONGEST_WAIT.toSeconds() + " s it is not effective at "
                            + String.join(", ", PurgeText.texts(receipt.path("waiting_for"))),
                    "./selvage purge show " + found.shown() + " " + id + " says when it is");
        }
    }

    private ObjectNode body() throws ClientFailure {
        Map<String, List<String>> kinds = Map.of("files", urls, "hosts", hosts, "prefixes", prefixes, "tags", tags);
        ObjectNode body = Session.object();
        if (everything) {
            body.put("purge_everything", true);
        }
        kinds.forEach((kind, entries) -> {
            if (!entries.isEmpty()) {
                entries.forEach(body.putArray(kind)::add);
            }
        });
        if (body.size() != 1) {
            throw new ClientFailure(
                    Exit.USAGE, "name one kind of what to purge: URLs, --host, --prefix, --tag or --everything");
        }
        return body;
    }

    private static JsonNode purge(Session session, ApiPath path, ObjectNode body) throws ClientFailure {
        try {
            return session.client.result("POST", path, body);
        } catch (ClientFailure refused) {
            if (refused.lines().stream().noneMatch(line -> line.startsWith(UNCONFIRMED))) {
                throw refused;
            }
            List<String> lines = new ArrayList<>(refused.lines());
            lines.add("--confirm does so; nothing was purged");
            throw new ClientFailure(refused.exit(), lines);
        }
    }

    /// Looks at the receipt until every PoP has given back the space, and says what changes.
    private static JsonNode follow(Session session, ApiPath path) throws ClientFailure {
        Map<String, String> states = new HashMap<>();
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (true) {
            JsonNode receipt = session.client.result("GET", path);
            for (JsonNode pop : receipt.path("pops")) {
                String state = pop.path("state").asString("");
                String before = states.put(pop.path("pop").asString(""), state);
                if (!state.equals(before) && !state.equals("waiting")) {
                    session.output.note(PurgeText.progress(pop));
                }
            }
            if (receipt.path("state").asString("").equals("reclaimed") || System.nanoTime() > deadline) {
                return receipt;
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new ClientFailure(Exit.LATER, "interrupted; the purge is accepted all the same");
            }
        }
    }

    private static void show(Session session, JsonNode receipt) throws ClientFailure {
        if (session.output.isJson()) {
            session.output.json(receipt);
        } else {
            PurgeText.receipt(session.output, receipt);
        }
    }

    @Command(name = "show", description = "Shows the receipt of a purge.", sortOptions = false)
    private static final class Show extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "ID", description = "The purge's id, as purging answered it.")
        private String id = "";

        Show(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            Names.Zone found = session.names.zone(zone);
            show(session, session.client.result("GET", ApiPath.of("zones", found.id(), "purge_cache", id)));
        }
    }

    @Command(name = "explain", description = "Says why a URL was purged, or was not.", sortOptions = false)
    private static final class Explain extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "URL", description = "What a visitor asks for.")
        private String url = "";

        @Option(
                names = "--zone",
                paramLabel = "ZONE",
                description = "Whose host it is (name or id); else the one that the URL's host belongs to.")
        private @Nullable String zone;

        Explain(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            Names.Zone found = zone == null ? session.names.zoneOf(host()) : session.names.zone(zone);
            JsonNode explanation = session.client.result(
                    "GET",
                    ApiPath.of("zones", found.id(), "purge_cache", "explain").with("url", url));
            if (session.output.isJson()) {
                session.output.json(explanation);
            } else {
                PurgeText.explanation(session.output, explanation);
            }
        }

        private String host() throws ClientFailure {
            int scheme = url.indexOf("://");
            String rest = scheme < 0 ? "" : url.substring(scheme + "://".length());
            int end = 0;
            while (end < rest.length() && "/?#:".indexOf(rest.charAt(end)) < 0) {
                end++;
            }
            if (end == 0) {
                throw new ClientFailure(
                        Exit.USAGE, "`" + url + "` is no URL; expected one such as https://www.example.com/logo.png");
            }
            return rest.substring(0, end);
        }
    }
}
