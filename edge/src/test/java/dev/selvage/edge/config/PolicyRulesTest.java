package dev.selvage.edge.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetConfig;
import dev.selvage.model.zone.PageRule.Level;
import dev.selvage.model.zone.SslMode;
import dev.selvage.rules.Facts;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import dev.selvage.rules.Type;
import dev.selvage.rules.program.Evaluation;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which policy a request gets, by what it says.
class PolicyRulesTest {
    private static final String HOST = "www.site.example";

    /// A request as a table.
    private static final class Given implements Facts {
        final Map<RuleField, byte[]> texts = new EnumMap<>(RuleField.class);
        boolean ssl;
        int asked;

        Given with(RuleField field, String text) {
            texts.put(field, text.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        @Override
        public boolean read(RuleField field, Slice into) {
            asked++;
            byte[] text = texts.get(field);
            if (text != null) {
                into.set(text, 0, text.length);
            }
            return text != null && field.type() == Type.STRING;
        }

        @Override
        public long integer(RuleField field) {
            return 0;
        }

        @Override
        public boolean flag(RuleField field) {
            asked++;
            return ssl;
        }

        @Override
        public int count(RuleField field) {
            return 0;
        }

        @Override
        public void value(RuleField field, int i, Slice into) {
            throw new IndexOutOfBoundsException(i);
        }

        @Override
        public void name(RuleField field, int i, Slice into) {
            throw new IndexOutOfBoundsException(i);
        }
    }

    private final Zones zone = Zones.zone("z1", "site.example");
    private final Given given = new Given().with(RuleField.HTTP_HOST, HOST);
    private final Evaluation evaluation = new Evaluation(given);

    private static SetCache waiting(int seconds) {
        return new SetCache(null, null, null, null, null, null, null, null, seconds);
    }

    private RequestPolicy policy(HostBinding binding, String target) {
        given.with(RuleField.HTTP_REQUEST_URI_PATH, target);
        evaluation.begin();
        byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1);
        return binding.policy(evaluation, false, 80, bytes, 0, bytes.length);
    }

    @Test
    void aRuleOfEachPhaseIsForTheRequestsThatMeetIt() {
        zone.configRules.add(Zones.rule("http.request.uri.path eq \"/a\"", new SetConfig(SslMode.ORIGIN_PULL)));
        zone.originRules.add(Zones.rule("http.request.uri.path eq \"/a\"", new Route(null, null, 8443, "sni.example")));
        zone.cacheRules.add(Zones.rule("http.request.uri.path ne \"/a\"", waiting(7)));
        HostBinding binding = zone.bound(HOST);
        RequestPolicy a = policy(binding, "/a");
        assertThat(a.origin(false).tls()).isTrue();
        assertThat(a.origin(false).port()).isEqualTo(8443);
        assertThat(a.origin(false).sni()).isEqualTo("sni.example");
        assertThat(a.readTimeout()).isZero();
        RequestPolicy b = policy(binding, "/b");
        assertThat(b.origin(false).tls()).isFalse();
        assertThat(b.origin(false).port()).isEqualTo(80);
        assertThat(b.origin(false).sni()).isNull();
        assertThat(b.readTimeout()).isEqualTo(7);
    }

    @Test
    void aConfigRuleCountsMoreThanThePageRuleAndThatMoreThanTheZone() {
        zone.ssl = SslMode.OFF;
        Page page = new Page("*site.example/a*");
        page.ssl = SslMode.FULL;
        zone.pageRules.add(page.build());
        zone.configRules.add(Zones.rule("http.request.uri.path eq \"/ab\"", new SetConfig(SslMode.STRICT)));
        HostBinding binding = zone.bound(HOST);
        assertThat(policy(binding, "/b").origin(true).tls()).isFalse();
        assertThat(policy(binding, "/a").origin(true).tls()).isTrue();
        assertThat(policy(binding, "/a").origin(true).verify()).isFalse();
        assertThat(policy(binding, "/ab").origin(true).verify()).isTrue();
    }

    @Test
    void theSameRulesMakeTheSamePolicy() {
        zone.cacheRules.add(Zones.rule("starts_with(http.request.uri.path, \"/a\")", waiting(1)));
        zone.cacheRules.add(Zones.rule("ends_with(http.request.uri.path, \"z\")", waiting(2)));
        zone.pageRules.add(Page.of("*site.example/*p*", Level.BYPASS).build());
        HostBinding binding = zone.bound(HOST);
        assertThat(policy(binding, "/a1")).isSameAs(policy(binding, "/a2"));
        assertThat(policy(binding, "/a1")).isNotSameAs(policy(binding, "/ap"));
        assertThat(policy(binding, "/az")).isSameAs(policy(binding, "/a/z"));
        assertThat(policy(binding, "/az").readTimeout()).isEqualTo(2);
        assertThat(policy(binding, "/az").sources()).hasSize(1);
        assertThat(policy(binding, "/p/z").ruledEligible()).isFalse();
        assertThat(policy(binding, "/p/z").readTimeout()).isEqualTo(2);
        assertThat(policy(binding, "/")).isEqualTo(binding.policy());
    }

    @Test
    void whatTheHostDecidesIsDecidedOnce() {
        zone.cacheRules.add(Zones.rule("http.host eq \"" + HOST + "\"", waiting(1)));
        zone.originRules.add(Zones.rule("true", new Route("inner.example", null, null, null)));
        HostBinding binding = zone.bound(HOST);
        assertThat(binding.varies()).isFalse();
        assertThat(binding.policy().readTimeout()).isEqualTo(1);
        assertThat(policy(binding, "/")).isSameAs(binding.policy());
        zone.pageRules.add(Page.of("*site.example/p", Level.BYPASS).build());
        HostBinding paged = zone.bound(HOST);
        assertThat(paged.varies()).isTrue();
        given.asked = 0;
        assertThat(policy(paged, "/p").readTimeout()).isEqualTo(1);
        assertThat(policy(paged, "/p").ruledEligible()).isFalse();
        assertThat(policy(paged, "/").readTimeout()).isEqualTo(1);
        assertThat(given.asked).as("the request is not asked").isZero();
        assertThat(zone.bound("other.site.example").policy().readTimeout()).isZero();
    }

    @Test
    void aZoneWithoutRulesAsksNothing() {
        HostBinding binding = zone.bound(HOST);
        assertThat(binding.varies()).isFalse();
        assertThat(policy(binding, "/")).isSameAs(binding.policy());
        assertThat(given.asked).isZero();
    }

    /// Sixteen rules that match or do not have more sets than are remembered.
    @Test
    void moreSetsThanAreRememberedAreFoundAnew() {
        for (int i = 0; i < 16; i++) {
            zone.cacheRules.add(
                    Zones.rule("http.request.uri.path contains \"" + (char) ('a' + i) + "\"", waiting(i + 1)));
        }
        HostBinding binding = zone.bound(HOST);
        for (int set = 0; set < 1 << 15; set += 5) {
            StringBuilder target = new StringBuilder("/");
            int last = 0;
            for (int i = 0; i < 16; i++) {
                if ((set & 1 << i) != 0) {
                    target.append((char) ('a' + i));
                    last = i + 1;
                }
            }
            RequestPolicy policy = policy(binding, target.toString());
            assertThat(policy.readTimeout()).isEqualTo(last);
            assertThat(policy(binding, target.toString())).isEqualTo(policy);
        }
    }

    @Test
    void asManyPoliciesAsABindingRemembersAreMadeOnce() {
        int rules = Integer.numberOfTrailingZeros(HostBinding.MOST_POLICIES);
        for (int i = 0; i < rules; i++) {
            zone.cacheRules.add(Zones.rule("http.request.uri.path contains \"%c\"".formatted('a' + i), waiting(i + 1)));
        }
        HostBinding binding = zone.bound(HOST);
        List<RequestPolicy> first = policiesOfEverySet(binding, rules);
        List<RequestPolicy> again = policiesOfEverySet(binding, rules);
        assertThat(first).hasSize(HostBinding.MOST_POLICIES);
        for (int set = 0; set < first.size(); set++) {
            assertThat(again.get(set)).as("set %d", set).isSameAs(first.get(set));
        }
    }

    private List<RequestPolicy> policiesOfEverySet(HostBinding binding, int rules) {
        List<RequestPolicy> policies = new ArrayList<>();
        for (int set = 0; set < 1 << rules; set++) {
            StringBuilder target = new StringBuilder("/");
            for (int i = 0; i < rules; i++) {
                if ((set & 1 << i) != 0) {
                    target.append((char) ('a' + i));
                }
            }
            policies.add(policy(binding, target.toString()));
        }
        return policies;
    }

    @Test
    void findingAPolicyAllocatesNothing() {
        zone.cacheRules.add(Zones.rule("ssl", waiting(1)));
        zone.cacheRules.add(Zones.rule("not ssl", waiting(2)));
        zone.originRules.add(Zones.rule("true", new Route("inner.example", null, null, null)));
        zone.pageRules.add(Page.of("*site.example/*", Level.BYPASS).build());
        HostBinding binding = zone.bound(HOST);
        byte[] target = {'/'};
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        long least = Long.MAX_VALUE;
        // Until the compiler has seen that nothing escapes, which takes longer on a busy machine.
        for (int round = 0; round < 200 && least >= 10_000; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            sum = 0;
            for (int i = 0; i < 20_000; i++) {
                given.ssl = (i & 1) == 0;
                evaluation.begin();
                sum += binding.policy(evaluation, false, 80, target, 0, 1).readTimeout();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isLessThan(10_000);
        assertThat(sum).isEqualTo(30_000);
    }

    @Test
    void noRuleAppliesToAZoneThatIsPaused() {
        zone.cacheRules.add(Zones.rule("ssl", waiting(1)));
        zone.paused = true;
        assertThat(zone.bound(HOST).varies()).isFalse();
    }
}
