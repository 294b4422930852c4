package dev.selvage.rules.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.selvage.rules.Facts;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Scope;
import dev.selvage.rules.Slice;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Once warm, evaluating allocates nothing.
class AllocationTest {
    /// Facts that allocate nothing themselves.
    private static final class Fixed implements Facts {
        private static final byte[] PATH = bytes("/Shop/%41rticles/cat-7/photo.JPG");
        private static final byte[] HOST = bytes("www.example.com");
        private static final byte[] NAME = bytes("x-team");
        private static final byte[] ADDRESS = {(byte) 192, 0, 2, 7};

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public boolean read(RuleField field, Slice into) {
            byte[] value = field == RuleField.IP_SRC ? ADDRESS : field == RuleField.HTTP_HOST ? HOST : PATH;
            into.set(value, 0, value.length);
            return field != RuleField.HTTP_REFERER;
        }

        @Override
        public long integer(RuleField field) {
            return 443;
        }

        @Override
        public boolean flag(RuleField field) {
            return true;
        }

        @Override
        public int count(RuleField field) {
            return 3;
        }

        @Override
        public void value(RuleField field, int i, Slice into) {
            into.set(HOST, 0, HOST.length);
        }

        @Override
        public void name(RuleField field, int i, Slice into) {
            into.set(NAME, 0, NAME.length);
        }
    }

    @Test
    void evaluatingAllocatesNothing() {
        List<String> expressions = new ArrayList<>(List.of(
                "http.host eq \"www.example.com\" and starts_with(http.request.uri.path, \"/Shop\")",
                "lower(http.request.uri.path) contains \"/cat\" and len(http.request.uri.path) gt 3",
                "http.request.uri.path matches r\"\\.(jpg|JPG)$\" and not http.referer matches \"x\"",
                "http.request.uri.path wildcard \"/shop/*.jpg\"",
                "http.request.uri.path strict wildcard \"/Shop/*.JPG\"",
                "http.host in {\"a.test\" \"www.example.com\"} and ssl",
                "ip.src in {10.0.0.0/8 192.0.2.0/24} and cidr(ip.src, 24, 64) eq 192.0.2.0",
                "cf.edge.server_port in {80 400..500} and cf.edge.server_port ge 443",
                "http.request.headers[\"x-team\"][2] eq \"www.example.com\"",
                "any(lower(http.request.headers.values[*])[*] eq \"www.example.com\")",
                "all(concat(http.request.headers[\"x-team\"][*], \"/\", cf.edge.server_port)[*] contains \"com/443\")",
                "url_decode(http.request.uri.path) contains \"Articles\" or http.host lt \"a\"",
                "concat(http.host, \":\", cf.edge.server_port) eq \"www.example.com:443\" xor ssl",
                "remove_bytes(substring(http.host, -3), \"o\") eq \"cm\"",
                "to_string(cf.edge.server_port) eq \"443\" and len(http.request.headers[\"x-team\"]) eq 3"));
        for (int i = 0; i < 200; i++) {
            expressions.add("http.request.uri.path matches r\"^/shop" + i + "/[a-z]+\"");
        }
        RuleProgram program = RuleProgram.of(expressions, Scope.REQUEST);
        TextProgram target = TextProgram.of(
                        "concat(\"https://\", lower(http.host), url_decode(http.request.uri.path))", Scope.REQUEST)
                .orElseThrow();
        Evaluation evaluation = new Evaluation(new Fixed());
        assertThat(matched(program, target, evaluation))
                .as("but the one with xor")
                .isEqualTo(14);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2_000; i++) {
                matched(program, target, evaluation);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("bytes allocated by 2,000 requests").isZero();
    }

    private static int matched(RuleProgram program, TextProgram target, Evaluation evaluation) {
        evaluation.begin();
        int matched = 0;
        for (int i = program.next(evaluation, 0); i >= 0; i = program.next(evaluation, i + 1)) {
            matched++;
        }
        return target.bytes(evaluation) == null ? -1 : matched;
    }
}
