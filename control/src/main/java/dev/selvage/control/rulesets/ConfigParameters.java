package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.SetConfig;
import dev.selvage.model.zone.SslMode;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The parameters of the action `set_config`: settings of the zone that are others for some requests.
final class ConfigParameters {
    private static final String SSL = "ssl";

    private static final Set<String> FLAGS = Set.of(
            "automatic_https_rewrites",
            "bic",
            "content_converter",
            "email_obfuscation",
            "fonts",
            "hotlink_protection",
            "mirage",
            "opportunistic_encryption",
            "redirects_for_ai_training",
            "rocket_loader",
            "server_side_excludes",
            "sxg");

    /// What can be switched off only.
    private static final Set<String> DISABLED =
            Set.of("disable_apps", "disable_pay_per_crawl", "disable_rum", "disable_zaraz");

    private static final Set<String> CHOICES =
            Set.of(SSL, "polish", "request_body_buffering", "response_body_buffering", "security_level");

    private static final String MINIFY = "autominify";

    private static final Set<String> FIELDS = Stream.of(FLAGS, DISABLED, CHOICES, Set.of(MINIFY))
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private ConfigParameters() {}

    static void check(Body parameters) {
        parameters.only(FIELDS);
        if (parameters.node().isEmpty()) {
            parameters.problems().add(parameters.pointer(), "expected at least one setting, such as \"ssl\"");
        }
        FLAGS.forEach(parameters::flag);
        for (String field : DISABLED) {
            if (Boolean.FALSE.equals(parameters.flag(field))) {
                parameters
                        .problems()
                        .add(parameters.pointer(field), "\"" + field + "\" must be true; leave it out otherwise");
            }
        }
        for (String field : CHOICES) {
            parameters.choice(field, words(field));
        }
        Body minify = parameters.object(MINIFY);
        if (minify != null) {
            Set<String> kinds = Set.of("css", "html", "js");
            minify.only(kinds);
            kinds.forEach(minify::flag);
        }
    }

    private static Set<String> words(String field) {
        return switch (field) {
            case "polish" -> Set.of("off", "lossless", "lossy", "webp");
            case "request_body_buffering" -> Set.of("none", "standard", "full");
            case "response_body_buffering" -> Set.of("none", "standard");
            case "security_level" -> Set.of("off", "essentially_off", "low", "medium", "high", "under_attack");
            default ->
                Stream.of(SslMode.values())
                        .map(mode -> mode.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        };
    }

    /// True for a setting that the edge acts on.
    static boolean applied(String field) {
        return field.equals(SSL);
    }

    /// The rule for the edge; `rule` passed [#check].
    static SetConfig compile(JsonNode rule) {
        JsonNode ssl = rule.path("action_parameters").path(SSL);
        return new SetConfig(ssl.isString() ? SslMode.valueOf(ssl.stringValue().toUpperCase(Locale.ROOT)) : null);
    }
}
