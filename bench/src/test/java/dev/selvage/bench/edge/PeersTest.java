package dev.selvage.bench.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeersTest {
    @Test
    void aTemplatesPlaceholdersAreFilled() throws IOException {
        String filled = Peers.fill(
                Peers.resource("/peers/nginx.conf.in"),
                Path.of("/scratch"),
                Map.of("NAME", "n", "LOG", "off", "P_ORIGIN", "1", "P_HTTP", "2", "P_TLS", "3"));
        assertThat(filled)
                .contains("listen 127.0.0.1:2 reuseport backlog=4096;")
                .contains("server 127.0.0.1:1; keepalive 32;")
                .contains("access_log off;")
                .contains("pid /scratch/run/n.nginx.pid;")
                .contains("tcp_nopush off;");
    }

    @Test
    void aPlaceholderWithoutValueIsFound() {
        assertThatThrownBy(() -> Peers.fill("# @LOG@ is a log\nlisten @P_HTTP@;", Path.of("/scratch"), Map.of()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theOriginsCounterIsTheThirdNumber() throws IOException {
        assertThat(NginxOrigin.requests(
                        "Active connections: 1 \nserver accepts handled requests\n 7 8 31 \nReading: 0"))
                .isEqualTo(31);
        assertThatThrownBy(() -> NginxOrigin.requests("<html>404</html>")).isInstanceOf(IOException.class);
    }

    @Test
    void theGeneratorsReportIsRead() throws IOException {
        assertThat(Wrk.parse("Running 3s test\n  Latency 1ms\n\nreport 270101 3001000 99000000 0 0 0 0 0 640 2100\n"))
                .isEqualTo(new Generator.Sample(270_101, 3.001, 99_000_000, 0, 640, 2_100));
        assertThat(Wrk.parse("report 5 3000000 7 1 2 3 4 5 1 1").errors()).isEqualTo(15);
        assertThatThrownBy(() -> Wrk.parse("unable to connect")).hasMessageContaining("unable to connect");
    }

    @Test
    void aProgramIsFoundWhereItIsInstalled() {
        assertThat(Peers.find("sh").orElse("")).endsWith("/sh");
        assertThat(Peers.find("no-such-program-anywhere")).isEmpty();
    }
}
