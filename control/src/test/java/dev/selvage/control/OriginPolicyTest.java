package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.model.origin.OriginPolicy;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses that are not allowed as origins, in proxied records and in origin rules.
class OriginPolicyTest {
    @TempDir
    Path directory;

    private TestControl api;
    private String zone;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String body(String type, String content, boolean proxied) {
        return """
               {"type":"%s","name":"www","content":"%s","proxied":%s}""".formatted(type, content, proxied);
    }

    private Result create(String type, String content, boolean proxied) throws Exception {
        return api.send("POST", "/zones/" + zone + "/dns_records", body(type, content, proxied));
    }

    private Result route(String host) throws Exception {
        return api.send(
                "PUT", "/zones/" + zone + "/rulesets/phases/http_request_origin/entrypoint", """
                {"rules":[
                  {"expression":"true","action":"route","action_parameters":{"origin":{"port":8080}}},
                  {"expression":"true","action":"route","action_parameters":{"origin":{"host":"%s"}}}]}
                """.formatted(host));
    }

    @ParameterizedTest
    @CsvSource({
        "A, 169.254.169.254, metadata",
        "A, 169.254.1.1, link-local",
        "A, 100.100.100.200, metadata",
        "A, 0.0.0.0, unspecified",
        "A, 224.0.0.1, multicast",
        "A, 255.255.255.255, broadcast",
        "A, 240.0.0.1, reserved",
        "AAAA, ::ffff:169.254.169.254, metadata",
        "AAAA, 64:ff9b::a9fe:a9fe, metadata",
        "AAAA, fd00:ec2::254, metadata",
        "AAAA, fe80::1, link-local",
        "AAAA, ::, unspecified",
        "AAAA, ff02::1, multicast"
    })
    void aRecordIsNotProxiedToAnAddressThatIsNotAllowed(String type, String content, String kind) throws Exception {
        Result refused = create(type, content, true).refused(400, 9003);
        assertThat(refused.message())
                .isEqualTo("Target " + content + " is not allowed for a proxied record: it is a " + kind + " address.");
        assertThat(refused.pointer()).isEqualTo("/content");
        assertThat(api.get("/zones/" + zone + "/dns_records").ok().result().isEmpty())
                .isTrue();
        Result route = route(content).refused(400, 20001);
        assertThat(route.pointer()).isEqualTo("/rules/1/action_parameters/origin/host");
        assertThat(route.message()).contains(content).contains(kind);
    }

    @Test
    void whatIsNotProxiedMayHoldAnyAddressAndCannotBecomeProxied() throws Exception {
        String record = create("A", "169.254.169.254", false).ok().id();
        String path = "/zones/" + zone + "/dns_records/" + record;
        api.send("PATCH", path, "{\"proxied\":true}").refused(400, 9003);
        api.send("PUT", path, body("A", "169.254.169.254", true)).refused(400, 9003);
        api.send("PATCH", path, "{\"comment\":\"kept\"}").ok();
        api.send("PATCH", path, "{\"proxied\":true,\"content\":\"192.0.2.1\"}").ok();
        api.send("PATCH", path, "{\"content\":\"169.254.169.254\"}").refused(400, 9003);
    }

    @ParameterizedTest
    @CsvSource({
        "A, 127.0.0.1",
        "A, 10.0.0.1",
        "A, 192.0.2.1",
        "A, 198.51.100.7",
        "A, 203.0.113.9",
        "AAAA, 2001:db8::1",
        "AAAA, 3fff::1",
        "AAAA, ::1",
        "AAAA, fd12::1",
        "CNAME, origin.example",
        "CNAME, site.test"
    })
    void nearbyAndDocumentationAddressesAndReservedNamesAreData(String type, String content) throws Exception {
        create(type, content, true).ok();
        route(content).ok();
    }

    @Test
    void theOperatorCanTakeBackWhatIsNearby() throws Exception {
        create("A", "127.0.0.1", true).ok();
        api = api.reopen(OriginPolicy.PUBLIC_ONLY);
        create("A", "127.0.0.2", true).refused(400, 9003);
        create("A", "10.0.0.1", true).refused(400, 9003);
        create("AAAA", "fd12::1", true).refused(400, 9003);
        create("A", "192.0.2.1", true).ok();
        assertThat(api.get("/zones/" + zone + "/dns_records").ok().result().size())
                .as("what was there stays")
                .isEqualTo(2);
    }

    /// Name and dot, and digits of other scripts, come to the same host name as the address itself.
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1.", "１２７.0.0.1", "127.1", "2130706433", "::ffff:127.0.0.1", "::FFFF:7F00:1"})
    void anotherSpellingOfAnAddressIsThatAddress(String host) throws Exception {
        api = api.reopen(OriginPolicy.PUBLIC_ONLY);
        assertThat(route(host).refused(400, 20001).message()).contains("loopback");
    }

    @Test
    void theSiteOfTheCommandLineIsJudgedWhereItIsConnectedTo() throws Exception {
        api = api.reopen(OriginPolicy.PUBLIC_ONLY);
        api.control.quickstart(URI.create("http://127.0.0.1:3000"));
        api.control.quickstart(URI.create("http://10.0.0.1:3000"));
        assertThat(api.get("/zones?name=quickstart.internal").ok().result().size())
                .isEqualTo(1);
    }
}
