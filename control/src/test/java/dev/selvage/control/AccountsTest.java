package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {
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
    void theFirstStartMakesOneAccountAndTheNextNone() throws Exception {
        Result accounts = api.get("/accounts").ok();
        assertThat(accounts.result().size()).isEqualTo(1);
        assertThat(accounts.result().at("/0/id").asString()).matches("[0-9a-f]{32}");
        assertThat(accounts.result().at("/0/name").asString()).isEqualTo("Selvage");
        assertThat(accounts.result().at("/0/type").asString()).isEqualTo("standard");
        assertThat(accounts.result().at("/0/settings/enforce_twofactor").booleanValue())
                .isFalse();
        assertThat(accounts.result().at("/0/created_on").asString()).isEqualTo("2026-03-01T12:00:00.123456Z");
        api = api.reopen();
        assertThat(api.get("/accounts").ok().result()).isEqualTo(accounts.result());
    }

    @Test
    void oneAccountIsAnsweredById() throws Exception {
        assertThat(api.get("/accounts/" + api.account()).ok().id()).isEqualTo(api.account());
        api.get("/accounts/" + "0".repeat(32)).refused(404, 1001);
        api.get("/accounts/me").refused(404, 7003);
    }

    @Test
    void theListIsFilteredByNameAndEndsWithAnEmptyPage() throws Exception {
        assertThat(api.get("/accounts?name=selvage").ok().result().size()).isEqualTo(1);
        assertThat(api.get("/accounts?name=other").ok().result().size()).isZero();
        Result second = api.get("/accounts?page=2").ok();
        assertThat(second.result().isEmpty()).isTrue();
        assertThat(second.body().at("/result_info/total_count").intValue()).isEqualTo(1);
        api.get("/accounts?direction=sideways").refused(400, 1004);
    }
}
