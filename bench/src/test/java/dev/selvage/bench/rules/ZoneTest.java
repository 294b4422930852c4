package dev.selvage.bench.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.rules.Condition;
import dev.selvage.rules.Expressions;
import dev.selvage.rules.Interpreter;
import dev.selvage.rules.Reading;
import dev.selvage.rules.Scope;
import dev.selvage.rules.program.Evaluation;
import dev.selvage.rules.program.RuleProgram;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZoneTest {
    @Test
    void everyZoneHasItsRulesAndTheyCanBeRead() {
        for (Zone zone : List.of(Zone.common(), Zone.worst(), Zone.comparable())) {
            assertThat(zone.rules()).hasSize(Zone.RULES);
            assertThat(zone.paths()).hasSize(Zone.REQUESTS).hasSameSizeAs(zone.hosts());
            assertThat(zone.rules())
                    .allMatch(rule -> Expressions.condition(rule, Scope.REQUEST) instanceof Reading.Accepted<?>);
        }
        for (Zone zone : List.of(Zone.worst(), Zone.comparable())) {
            assertThat(zone.rules().stream().filter(rule -> rule.contains(" matches ")))
                    .hasSize(Zone.MATCHES);
        }
    }

    @Test
    void whatIsMeasuredIsRight() {
        Zone zone = Zone.comparable();
        List<Condition> conditions = zone.rules().stream()
                .map(rule -> switch (Expressions.condition(rule, Scope.REQUEST)) {
                    case Reading.Accepted<Condition>(Condition tree) -> tree;
                    case Reading.Refused<Condition> refused -> throw new AssertionError(refused.message());
                })
                .toList();
        RuleProgram program = RuleProgram.of(conditions);
        var requests = new Requests(zone);
        var evaluation = new Evaluation(requests);
        int matched = 0;
        for (int request = 0; request < 64; request++) {
            evaluation.begin();
            int from = 0;
            for (int i = 0; i < conditions.size(); i++) {
                if (Interpreter.met(conditions.get(i), requests)) {
                    assertThat(program.next(evaluation, from)).isEqualTo(i);
                    from = i + 1;
                    matched++;
                }
            }
            assertThat(program.next(evaluation, from)).isEqualTo(-1);
            requests.next();
        }
        assertThat(matched).isGreaterThan(10);
    }

    @Test
    void nginxIsGivenTheSameRules() {
        assertThat(NginxRules.patterns().lines()).hasSize(Zone.MATCHES);
        assertThat(NginxRules.prefixes().lines()).hasSize(Zone.RULES - Zone.MATCHES);
        for (int i = 0; i < Zone.MATCHES; i++) {
            assertThat(Zone.comparable().rules().get(i)).contains(Zone.pattern(i));
        }
    }
}
