package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.control.api.Permission;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The user, his memberships, several accounts, and the addresses of the edges.
class UserTest {
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
    void theUserSaysWhoHeIsAndKeepsTheRest() throws Exception {
        Result before = api.get("/user").ok();
        assertThat(before.result().get("email").stringValue()).isEqualTo("admin@selvage.internal");
        assertThat(before.result().get("first_name").isNull()).isTrue();
        api.send("PATCH", "/user", "{\"first_name\":\"Ada\",\"country\":\"GB\"}")
                .ok();
        Result after = api.send("PATCH", "/user", "{\"country\":null,\"telephone\":\"+44 1\"}")
                .ok();
        assertThat(after.result().get("first_name").stringValue()).isEqualTo("Ada");
        assertThat(after.result().get("country").isNull()).isTrue();
        assertThat(after.result().get("telephone").stringValue()).isEqualTo("+44 1");
        assertThat(after.id()).isEqualTo(before.id());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"first_name\":1} | /first_name",
                "{\"email\":\"a@b.example\"} | /email",
                "{\"zipcode\":\"123456789012345678901\"} | /zipcode",
            })
    void aWrongUserIsRefused(String body, String pointer) throws Exception {
        assertThat(api.send("PATCH", "/user", body).refused(400, 1004).pointer())
                .isEqualTo(pointer);
    }

    @Test
    void theUserBelongsToEveryAccount() throws Exception {
        String tenant = api.send("POST", "/accounts", "{\"name\":\"Tenant\",\"type\":\"enterprise\"}")
                .ok()
                .id();
        Result all = api.get("/memberships").ok();
        assertThat(TestControl.each(all.result())
                        .map(it -> it.at("/account/name").stringValue()))
                .containsExactly("Selvage", "Tenant");
        Result one = api.get("/memberships?account.name=tenant").ok();
        assertThat(one.result().size()).isEqualTo(1);
        assertThat(one.result().at("/0/account/id").stringValue()).isEqualTo(tenant);
        String id = one.result().at("/0/id").stringValue();
        assertThat(api.get("/memberships/" + id).ok().result())
                .isEqualTo(one.result().get(0));
        assertThat(api.get("/memberships?order=account.name&direction=desc&per_page=5")
                        .ok()
                        .result()
                        .at("/0/account/name")
                        .stringValue())
                .isEqualTo("Tenant");
        assertThat(api.get("/memberships?page=2").ok().result().isEmpty()).isTrue();
        assertThat(api.get("/memberships?status=pending").ok().result().isEmpty())
                .isTrue();
        api.get("/memberships/" + "0".repeat(32)).refused(404, 1003);
        api = api.reopen();
        assertThat(api.get("/memberships/" + id).ok().id()).isEqualTo(id);
    }

    @Test
    void accountsAreMadeByTheOperatorAndRenamedByTheirOwn() throws Exception {
        Result made = api.send("POST", "/accounts", "{\"name\":\" Tenant \"}").ok();
        assertThat(made.result().get("name").stringValue()).isEqualTo("Tenant");
        assertThat(made.result().get("type").stringValue()).isEqualTo("standard");
        String token = api.token(
                "{\"com.cloudflare.api.account." + made.id() + "\":\"*\"}", Permission.ACCOUNT_SETTINGS_WRITE);
        api.sendAs(token, "POST", "/accounts", "{\"name\":\"Mine\"}").refused(403, 10_000);
        String path = "/accounts/" + made.id();
        assertThat(api.sendAs(token, "PUT", path, "{\"name\":\"Renamed\"}")
                        .ok()
                        .result()
                        .get("name")
                        .stringValue())
                .isEqualTo("Renamed");
        api.sendAs(token, "PUT", path, "{\"name\":\"Renamed\",\"type\":\"enterprise\"}")
                .refused(403, 10_000);
        assertThat(api.sendAs(token, "GET", "/accounts", null).ok().result().size())
                .isEqualTo(1);
        api.send("POST", "/accounts", "{}").refused(400, 1004);
        api.send("POST", "/accounts", "{\"name\":\" \"}").refused(400, 1004);
        api.send("POST", "/accounts", "{\"name\":\"A\",\"settings\":{\"enforce_twofactor\":true}}")
                .refused(400, 1004);
    }

    @Test
    void everybodyMayKnowTheAddressesOfTheEdges() throws Exception {
        Result ips = api.send("GET", "/client/v4/ips", null, new String[0]).ok();
        assertThat(ips.result().get("ipv4_cidrs").toString()).isEqualTo("[\"192.0.2.0/24\"]");
        assertThat(ips.result().get("ipv6_cidrs").toString()).isEqualTo("[\"2001:db8::/32\"]");
        assertThat(ips.result().get("etag").stringValue()).isNotEmpty();
        assertThat(api.send("GET", "/client/v4/ips?networks=jdcloud", null, new String[0])
                        .ok()
                        .result()
                        .get("jdcloud_cidrs")
                        .isEmpty())
                .isTrue();
    }
}
