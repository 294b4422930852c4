package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Problems;
import dev.selvage.control.names.HostName;
import dev.selvage.model.origin.OriginPolicy;
import dev.selvage.model.rules.Route;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The parameters of the action `route`: where a request goes.
final class RouteParameters {
    private static final Set<String> FIELDS = Set.of("host_header", "origin", "sni");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+)(?::([0-9]{1,5}))?");

    private RouteParameters() {}

    static void check(Body parameters) {
        parameters.only(FIELDS);
        if (!parameters.has("host_header") && !parameters.has("origin") && !parameters.has("sni")) {
            parameters
                    .problems()
                    .add(parameters.pointer(), "expected at least one of \"host_header\", \"origin\" and \"sni\"");
        }
        String header = parameters.text("host_header", 260);
        if (header != null && !authority(header)) {
            parameters
                    .problems()
                    .add(
                            parameters.pointer("host_header"),
                            "\"host_header\" must be a host name or an address, with or without a port");
        }
        Body origin = parameters.object("origin");
        if (origin != null) {
            origin.only(Set.of("host", "port"));
            if (!origin.has("host") && !origin.has("port")) {
                origin.problems().add(origin.pointer(), "expected \"host\", \"port\" or both");
            }
            origin.number("port", 1, 65_535);
            String host = origin.text("host", 255);
            if (host != null && !host(host)) {
                origin.problems()
                        .add(origin.pointer("host"), "\"host\" must be a host name or an IP address, without a port");
            }
        }
        Body sni = parameters.object("sni");
        if (sni != null) {
            sni.only(Set.of("value"));
            String name = sni.require("value") ? sni.text("value", 255) : null;
            if (name != null && (HostName.isIpv4(name) || HostName.of(name).isEmpty())) {
                sni.problems().add(sni.pointer("value"), "\"value\" must be a host name");
            }
        }
    }

    /// Refuses rules that lead to an address which the edge would not connect to.
    static void checkAllowed(List<RuleForm> rules, OriginPolicy origins, Problems problems) {
        for (RuleForm rule : rules) {
            String host =
                    text(rule.content().path("action_parameters").path("origin").path("host"));
            if (host != null) {
                origins.refused(canonical(host))
                        .ifPresent(kind -> problems.add(
                                rule.pointer() + "/action_parameters/origin/host",
                                "\"host\" must not be " + host + ": a " + kind.wire()
                                        + " address is not allowed as an origin"));
            }
        }
    }

    /// The rule for the edge; `rule` passed [#check].
    static Route compile(JsonNode rule) {
        JsonNode parameters = rule.path("action_parameters");
        JsonNode origin = parameters.path("origin");
        JsonNode port = origin.path("port");
        String host = text(origin.path("host"));
        String sni = text(parameters.path("sni").path("value"));
        return new Route(
                text(parameters.path("host_header")),
                host == null ? null : canonical(host),
                port.isNumber() ? port.intValue() : null,
                sni == null ? null : canonical(sni));
    }

    private static String canonical(String host) {
        return HostName.of(host).orElse(host);
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : null;
    }

    private static boolean authority(String text) {
        var parts = AUTHORITY.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        String host = parts.group(1);
        String port = parts.group(2);
        boolean known = host.startsWith("[") ? HostName.isIpv6(host.substring(1, host.length() - 1)) : host(host);
        return known && (port == null || (Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= 65_535));
    }

    private static boolean host(String text) {
        return HostName.isIpv6(text) || HostName.of(text).isPresent();
    }
}
