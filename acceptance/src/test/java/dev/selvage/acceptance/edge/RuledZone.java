package dev.selvage.acceptance.edge;

import dev.selvage.acceptance.Api;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// A zone with rules of its own, in front of a site's origin.
final class RuledZone {
    private static final Duration PROMPTLY = Duration.ofSeconds(5);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String REDIRECTS = "http_request_dynamic_redirect";

    final String host;
    final String id;
    private final Site site;
    private final Api api;
    private final List<String> redirects = new ArrayList<>();

    RuledZone(Site site, String host) throws Exception {
        this.site = site;
        this.host = host;
        api = site.program().api();
        id = api.createZone(host);
        api.proxy(id, host, site.origin().port());
    }

    /// A rule in the API's form.
    static String rule(String expression, String action, String parameters) {
        return "{\"expression\":" + text(expression) + ",\"action\":\"" + action + "\",\"action_parameters\":"
                + parameters + "}";
    }

    static String cacheRule(String expression, String parameters) {
        return rule(expression, "set_cache_settings", parameters);
    }

    private static String text(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    /// Gives a phase these rules, and waits until they are at the edge.
    JsonNode rules(String phase, String... rules) throws Exception {
        if (phase.equals(REDIRECTS)) {
            redirects.clear();
            redirects.addAll(List.of(rules));
        }
        JsonNode ruleset = phase.equals(REDIRECTS) ? null : put(phase, List.of(rules));
        String path = "/ready-" + NUMBER.incrementAndGet();
        List<String> all = new ArrayList<>(List.of(rule(
                "http.request.uri.path eq \"" + path + "\"",
                "redirect",
                "{\"from_value\":{\"status_code\":302,\"target_url\":{\"value\":\"http://ready.example/\"}}}")));
        all.addAll(redirects);
        JsonNode last = put(REDIRECTS, all);
        // Of a method that is not cached: an early answer would count as an object of the zone, and its hits as hits.
        Until.holds("at the edge", PROMPTLY, () -> ask("POST", path, "").status(), status -> status == 302);
        return ruleset == null ? last : ruleset;
    }

    /// Gives the cache phase these rules.
    JsonNode cacheRules(String... rules) throws Exception {
        return rules("http_request_cache_settings", rules);
    }

    private JsonNode put(String phase, List<String> rules) throws IOException {
        return api.put(
                        "/zones/" + id + "/rulesets/phases/" + phase + "/entrypoint",
                        "{\"rules\":[" + String.join(",", rules) + "]}")
                .result();
    }

    Wire.Response get(String path, String... fields) throws IOException {
        return site.get(path, withHost(fields));
    }

    Wire.Response ask(String method, String path, String body, String... fields) throws IOException {
        return site.ask(method, path, body, withHost(fields));
    }

    private String[] withHost(String... fields) {
        String[] all = new String[fields.length + 1];
        all[0] = "Host: " + host;
        System.arraycopy(fields, 0, all, 1, fields.length);
        return all;
    }

    /// The cache status of one more request.
    String status(String path, String... fields) throws IOException {
        return Site.status(get(path, fields));
    }

    void purge(String path) throws IOException {
        api.post("/zones/" + id + "/purge_cache", "{\"files\":[\"http://" + host + path + "\"]}")
                .result();
    }

    /// What would happen to a request, as `/accounts/…/request-tracer/trace` says.
    ///
    /// @param more further fields of the call's body, each after a comma
    JsonNode trace(String url, String more) throws IOException {
        String account = api.get("/accounts").result().get(0).get("id").asString();
        return api.post(
                        "/accounts/" + account + "/request-tracer/trace",
                        "{\"method\":\"GET\",\"url\":\"" + url + "\"" + more + "}")
                .result();
    }
}
