package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.model.access.Access;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static final String ZONES = "/client/v4/zones";
    private static final String VERIFY = "/client/v4/user/tokens/verify";
    private static final String KEY = "0123456789abcdef0123456789abcdef01234";
    private static final String UNKNOWN = "Bearer " + "a".repeat(40);

    @TempDir
    Path directory;

    private TestControl api;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theAdminTokenMayCallAndIsVerified() throws Exception {
        api.get("/zones").ok();
        Result verified = api.get("/user/tokens/verify").ok();
        assertThat(verified.id()).matches("[0-9a-f]{32}");
        assertThat(verified.result().get("status").asString()).isEqualTo("active");
        assertThat(verified.body().get("messages").toString())
                .isEqualTo("[{\"code\":10000,\"message\":\"This API Token is valid and active\",\"type\":null}]");
        api.send("GET", ZONES, null, "Authorization", "bearer " + TestControl.TOKEN)
                .ok();
        String before = verified.id();
        api = api.reopen();
        assertThat(api.get("/user/tokens/verify").ok().id()).isEqualTo(before);
    }

    @Test
    void aCallWithoutCredentialsIsRefused() throws Exception {
        Result refused = api.send("GET", ZONES, null, new String[0]).refused(400, 9106);
        assertThat(refused.message()).isEqualTo("Missing X-Auth-Key, X-Auth-Email or Authorization headers");
        api.send("GET", VERIFY, null, new String[0]).refused(400, 9106);
        api.send("GET", ZONES, null, "X-Auth-Key", KEY).refused(400, 9106);
        api.send("GET", ZONES, null, "X-Auth-Email", "a@b.example").refused(400, 9106);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer short", "Basic dXNlcjpwYXNz", "Bearer a b", "x"})
    void aMalformedBearerIsRefused(String header) throws Exception {
        Result refused = api.send("GET", ZONES, null, "Authorization", header).refused(400, 6003);
        assertThat(refused.message()).isEqualTo("Invalid request headers");
        assertThat(refused.body().at("/errors/0/error_chain").toString())
                .isEqualTo("[{\"code\":6111,\"message\":\"Invalid format for Authorization header\"}]");
        api.send("GET", VERIFY, null, "Authorization", header).refused(400, 6003);
    }

    @Test
    void anUnknownTokenIsRefused() throws Exception {
        assertThat(api.send("GET", ZONES, null, "Authorization", UNKNOWN)
                        .refused(403, 9109)
                        .message())
                .isEqualTo("Invalid access token");
        assertThat(api.send("GET", VERIFY, null, "Authorization", UNKNOWN)
                        .refused(401, 1000)
                        .message())
                .isEqualTo("Invalid API Token");
        api.send("GET", ZONES, null, "Authorization", "Bearer cfut_" + "b".repeat(48))
                .refused(403, 9109);
    }

    @Test
    void theOperatorsKeyMayDoEverythingAndIsHisFileOnly() throws Exception {
        Path file = directory.resolve("admin-key");
        String key = Files.readString(file).strip();
        assertThat(key).matches("[0-9a-f]{37}");
        assertThat(Files.getPosixFilePermissions(file)).hasToString("[OWNER_READ, OWNER_WRITE]");
        String email = api.get("/user").ok().result().get("email").stringValue();
        api.send("GET", ZONES, null, "X-Auth-Key", key, "X-Auth-Email", email).ok();
        api.send("GET", ZONES, null, "X-Auth-Key", key, "X-Auth-Email", email.toUpperCase(Locale.ROOT))
                .ok();
        api.send("GET", ZONES, null, "X-Auth-Key", key, "X-Auth-Email", "a@b.example")
                .refused(403, 9103);
        api = api.reopen();
        assertThat(Files.readString(file).strip()).isEqualTo(key);
        api.send("GET", ZONES, null, "X-Auth-Key", key, "X-Auth-Email", email).ok();
    }

    @Test
    void otherKeysAreUnknownAndTheirFormIsChecked() throws Exception {
        assertThat(api.send("GET", ZONES, null, "X-Auth-Key", KEY, "X-Auth-Email", "a@b.example")
                        .refused(403, 9103)
                        .message())
                .isEqualTo("Unknown X-Auth-Key or X-Auth-Email");
        Result key = api.send("GET", ZONES, null, "X-Auth-Key", "short", "X-Auth-Email", "a@b.example")
                .refused(400, 6003);
        assertThat(key.body().at("/errors/0/error_chain/0/code").intValue()).isEqualTo(6103);
        Result email = api.send("GET", ZONES, null, "X-Auth-Key", KEY, "X-Auth-Email", "nobody")
                .refused(400, 6003);
        assertThat(email.body().at("/errors/0/error_chain/0/code").intValue()).isEqualTo(6102);
        assertThat(api.send("GET", VERIFY, null, "X-Auth-Key", KEY, "X-Auth-Email", "a@b.example")
                        .refused(400, 1001)
                        .message())
                .isEqualTo("Missing \"Authorization\" header");
    }

    @Test
    void aBearerWinsOverAKey() throws Exception {
        api.send("GET", ZONES, null, "Authorization", "Bearer " + TestControl.TOKEN, "X-Auth-Key", "short")
                .ok();
    }

    private static Access.Presented shown(@Nullable String authorization) {
        return new Access.Presented(authorization, null, null, "127.0.0.1");
    }

    @Test
    void theDoorForOtherPlanesKnowsTheAdminAndItsZones() throws Exception {
        String b = api.zone("b.example");
        String a = api.zone("a.example");
        Access access = api.control.access();
        assertThat(access.authenticate(shown(null))).isEmpty();
        assertThat(access.authenticate(shown(UNKNOWN))).isEmpty();
        assertThat(access.authenticate(shown(TestControl.TOKEN))).isEmpty();
        Access.Principal admin =
                access.authenticate(shown("Bearer " + TestControl.TOKEN)).orElseThrow();
        assertThat(admin.id()).matches("[0-9a-f]{32}");
        assertThat(admin.zone(a)).hasValueSatisfying(zone -> {
            assertThat(zone.name()).isEqualTo("a.example");
            assertThat(zone.account().length()).isEqualTo(32);
        });
        assertThat(admin.zone("nothing")).isEmpty();
        String first = a.compareTo(b) < 0 ? a : b;
        assertThat(admin.zones(null, 1))
                .singleElement()
                .satisfies(zone -> assertThat(zone.id()).isEqualTo(first));
        assertThat(admin.zones(first, 10))
                .singleElement()
                .satisfies(zone -> assertThat(zone.id()).isNotEqualTo(first));
        assertThat(admin.accountZones(api.account())).hasSize(2);
        assertThat(admin.accountZones("nobody")).isEmpty();
    }
}
