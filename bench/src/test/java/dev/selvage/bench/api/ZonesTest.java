package dev.selvage.bench.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.Control;
import dev.selvage.control.ControlSettings;
import dev.selvage.control.store.Store;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZonesTest {
    @TempDir
    Path directory;

    @Test
    void theStoreIsFilledAndCountsWhatItGot() throws Exception {
        Path file = directory.resolve("control.db");
        try (Control control = Control.open(new ControlSettings(directory, null), new Health(), new Metrics())) {
            control.quickstart(URI.create("http://192.0.2.1"));
        }
        String model;
        try (Store store = Store.open(file)) {
            model = store.read(tx -> tx.first(row -> row.text("id"), "select id from zone"))
                    .orElseThrow();
        }
        String account = Zones.fill(file, model, 10_000);
        try (Store store = Store.open(file)) {
            long all = store.read(tx -> tx.number("select count(*) as n from zone"));
            long counted = store.read(tx -> tx.number("select sum(zones) as n from account"));
            long own = store.read(tx -> tx.number("select count(*) as n from zone where account_id = ?", account));
            long noted = store.read(tx -> tx.number("select count(*) as n from outbox where zone_id <> ?", model));
            assertThat(all).isEqualTo(10_000);
            assertThat(counted).isEqualTo(10_000);
            assertThat(own).isBetween(Zones.EACH - 1L, Zones.EACH + 1L);
            assertThat(noted).isZero();
        }
    }
}
