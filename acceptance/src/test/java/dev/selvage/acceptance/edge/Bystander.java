package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.time.Duration;

/// A visitor who has nothing to do with what goes on: it is served from the cache, on a connection that it has had all
/// along and on new ones, and what is not in the cache is fetched for it.
final class Bystander implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Site site;
    private final Client client;
    private int number;

    Bystander(Site site) throws IOException {
        this.site = site;
        site.page("/bystander", request -> Say.ok(request.target()).header("Cache-Control", "max-age=600"));
        site.get("/bystander");
        client = site.connect();
        assertServed();
    }

    /// Fails unless it is served now, each answer within a few seconds although the machine may be busy.
    void assertServed() throws IOException {
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            client.request("GET", "/bystander", "");
            Wire.Response old = client.response();
            assertThat(old.text()).isEqualTo("/bystander");
            assertThat(Site.status(old)).isEqualTo("HIT");
            assertThat(Site.status(site.get("/bystander"))).isEqualTo("HIT");
            String other = "/bystander?" + ++number;
            assertThat(site.get(other).text()).isEqualTo(other);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
