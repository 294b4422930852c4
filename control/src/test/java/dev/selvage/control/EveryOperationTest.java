package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.control.api.Api;
import dev.selvage.control.api.Permission;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What holds for every operation that the API has, whatever it is about.
class EveryOperationTest {
    private static final String NOBODY = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String account;
    private String foreignZone;
    private String foreignAccount;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        account = api.account();
        zone = api.zone("own.example");
        foreignAccount =
                api.send("POST", "/accounts", "{\"name\":\"Tenant\"}").ok().id();
        foreignZone = api.send(
                        "POST",
                        "/zones",
                        "{\"name\":\"foreign.example\",\"account\":{\"id\":\"" + foreignAccount + "\"}}")
                .ok()
                .id();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Stream<Api.Route> guarded() {
        return api.routes.stream().filter(route -> !route.open());
    }

    /// The path of a route, for these places; other segments get an id that is nobody's.
    private static String path(Api.Route route, String zone, String account) {
        String path = route.template().replace("{zone}", zone).replace("{account}", account);
        for (Map.Entry<String, String> segment : Map.of("{phase}", "http_request_cache_settings", "{setting}", "ssl")
                .entrySet()) {
            path = path.replace(segment.getKey(), segment.getValue());
        }
        return path.replaceAll("\\{[a-z_]+}", NOBODY);
    }

    private static List<DynamicTest> each(Stream<Api.Route> routes, Check check) {
        return routes.map(route ->
                        DynamicTest.dynamicTest(route.method() + " " + route.template(), () -> check.of(route)))
                .toList();
    }

    private interface Check {
        void of(Api.Route route) throws Exception;
    }

    @Test
    void thereAreOperations() {
        assertThat(guarded().count()).isGreaterThan(40);
        assertThat(api.routes.stream().filter(Api.Route::open).map(Api.Route::template))
                .allMatch(template -> template.endsWith("/tokens/verify")
                        || template.equals("/ips")
                        || template.equals("/openapi.json"));
    }

    @TestFactory
    List<DynamicTest> nobodyCallsWithoutCredentials() {
        return each(guarded(), route -> {
            String path = "/client/v4" + path(route, zone, account);
            api.send(route.method(), path, "{}", new String[0]).refused(400, 9106);
            api.send(route.method(), path, "{}", "Authorization", "Bearer cfut_" + "x".repeat(48))
                    .refused(403, 9109);
        });
    }

    /// The right to something else, at the same places.
    @TestFactory
    List<DynamicTest> whoLacksTheRightIsRefused() throws Exception {
        String everywhere = api.send(
                        "POST",
                        "/user/tokens",
                        "{\"name\":\"other rights\",\"policies\":[{\"effect\":\"allow\",\"resources\":"
                                + "{\"com.cloudflare.api.account.zone.*\":\"*\"},\"permission_groups\":[{\"id\":\""
                                + Permission.LOGS_READ.id() + "\"}]},{\"effect\":\"allow\",\"resources\":"
                                + "{\"com.cloudflare.api.account.*\":\"*\"},\"permission_groups\":[{\"id\":\""
                                + Permission.ACCOUNT_LOGS_READ.id() + "\"}]}]}")
                .ok()
                .result()
                .get("value")
                .stringValue();
        return each(
                guarded(),
                route -> api.sendAs(everywhere, route.method(), path(route, zone, account), body(route))
                        .refused(403, 10_000));
    }

    /// Every right at one's own, and none elsewhere.
    @TestFactory
    List<DynamicTest> whatIsOfOthersLooksAsIfItWereNotThere() throws Exception {
        Permission[] ofZones = Stream.of(Permission.values())
                .filter(it -> it.scope() == Permission.Scope.ZONE)
                .toArray(Permission[]::new);
        Permission[] ofAccounts = Stream.of(Permission.values())
                .filter(it -> it.scope() == Permission.Scope.ACCOUNT)
                .toArray(Permission[]::new);
        String zones = api.token(
                "{\"com.cloudflare.api.account." + account + "\":{\"com.cloudflare.api.account.zone.*\":\"*\"}}",
                ofZones);
        String accounts = api.token("{\"com.cloudflare.api.account." + account + "\":\"*\"}", ofAccounts);
        return each(guarded().filter(route -> route.template().contains("{")), route -> {
            boolean ofZone = route.template().contains("{zone}");
            if (!ofZone && !route.template().contains("{account}")) {
                return;
            }
            String token = ofZone ? zones : accounts;
            Result foreign = api.sendAs(token, route.method(), path(route, foreignZone, foreignAccount), body(route));
            Result absent = api.sendAs(token, route.method(), path(route, NOBODY, NOBODY), body(route));
            foreign.refused(404, 1001);
            assertThat(foreign.response().body()).isEqualTo(absent.response().body());
            boolean last = route.method().equals("DELETE") && route.template().equals("/zones/{zone}");
            if (last || route.template().endsWith("/export")) {
                return;
            }
            Result own = api.sendAs(token, route.method(), path(route, zone, account), body(route));
            assertThat(own.status()).as(own.response().body()).isNotIn(401, 403);
            assertThat(own.body().at("/errors/0/code").asInt(0)).isNotEqualTo(1001);
        });
    }

    @TestFactory
    List<DynamicTest> anIdentifierThatIsNoneIsNotRouted() {
        return each(
                guarded()
                        .filter(route -> route.template().contains("{zone}")
                                || route.template().contains("{account}")),
                route -> api.send(route.method(), path(route, "nonsense", "nonsense"), body(route))
                        .refused(404, 7003));
    }

    private static @Nullable String body(Api.Route route) {
        return route.method().equals("GET") ? null : "{}";
    }
}
