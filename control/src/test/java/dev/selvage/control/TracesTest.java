package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.model.trace.Trace;
import dev.selvage.model.trace.TraceRequest;
import dev.selvage.model.trace.Tracer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TracesTest {
    @TempDir
    Path directory;

    private TestControl api;
    private String path;
    private final AtomicReference<@Nullable TraceRequest> asked = new AtomicReference<>();

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        path = "/accounts/" + api.account() + "/request-tracer/trace";
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void answering(Tracer.Answer answer) {
        api.control.tracedBy((request, _) -> {
            asked.set(request);
            return answer;
        });
    }

    private static Trace trace(String zone, String rule) {
        return new Trace(
                zone,
                7,
                null,
                "cache",
                "a rule made it eligible",
                "https://www.example.com/a",
                List.of(new Trace.Phase(
                        "http_request_cache_settings",
                        "0123456789abcdef0123456789abcdef",
                        true,
                        List.of(new Trace.Rule(
                                rule, "true", true, true, List.of(new Trace.Part("ssl", "true", "")), List.of())))),
                List.of(new Trace.Part("host", "www.example.com", "")),
                List.of(new Trace.Part("eligible", "true", "rule " + rule)),
                List.of(new Trace.Part("sni", null, "")));
    }

    @Test
    void aRequestIsHandedToTheEdgeAsAVisitorWouldMakeIt() throws Exception {
        String zone = api.zone("example.com");
        answering(new Tracer.Answer.Traced(trace(zone, "none")));
        api.send("POST", path, """
                        {"url":"https://www.example.com:8443/ä b?q=ü#part","method":"POST","headers":{"X-Team":"Blü"},
                         "cookies":{"a":"1","b":"2"},"body":{"plain_text":"üx"},"protocol":"HTTP/2","skip_response":true,
                         "context":{"ip":"2001:db8::1","geoloc":{"iso_code":"DE"},"bot_score":5,"threat_score":0}}
                        """).ok();
        assertThat(asked.get())
                .isEqualTo(new TraceRequest(
                        api.account(),
                        "POST",
                        true,
                        "www.example.com:8443",
                        "/%C3%A4%20b?q=%C3%BC",
                        List.of(
                                new TraceRequest.Field("X-Team", "Bl\u00c3\u00bc"),
                                new TraceRequest.Field("cookie", "a=1; b=2")),
                        3,
                        "2001:db8::1",
                        "DE"));
    }

    @Test
    void theAnswerHasTheRulesAsTheApiShowsThem() throws Exception {
        String zone = api.zone("example.com");
        JsonNode rule = api.send(
                        "PUT",
                        "/zones/" + zone + "/rulesets/phases/http_request_cache_settings/entrypoint",
                        "{\"rules\":[{\"expression\":\"true\",\"description\":\"all\",\"action\":\"set_cache_settings\","
                                + "\"action_parameters\":{\"cache\":true}}]}")
                .ok()
                .result()
                .at("/rules/0");
        answering(new Tracer.Answer.Traced(trace(zone, rule.get("id").asString())));
        JsonNode result = api.send("POST", path, "{\"url\":\"http://www.example.com\",\"method\":\"GET\"}")
                .ok()
                .result();
        JsonNode step = result.at("/trace/0/trace/0/trace/0");
        assertThat(step.get("description").asString()).isEqualTo("all");
        assertThat(step.get("action").asString()).isEqualTo("set_cache_settings");
        assertThat(step.at("/action_parameters/cache").asBoolean()).isTrue();
        assertThat(step.at("/values/0/value").asString()).isEqualTo("true");
        assertThat(result.at("/cache/0/source").asString()).startsWith("rule ");
        assertThat(result.at("/origin/0/value").isNull()).isTrue();
        assertThat(result.has("status_code")).isFalse();
    }

    @Test
    void whatAnEdgeCannotAnswerIsSaid() throws Exception {
        String body = "{\"url\":\"http://www.example.com/\",\"method\":\"GET\"}";
        Result none = api.send("POST", path, body);
        assertThat(none.status()).isEqualTo(503);
        assertThat(none.body().at("/errors/0/code").asInt()).isEqualTo(1222);
        answering(new Tracer.Answer.UnknownHost());
        assertThat(api.send("POST", path, body).body().at("/errors/0/code").asInt())
                .isEqualTo(1221);
        answering(new Tracer.Answer.Malformed(414, "too long"));
        assertThat(api.send("POST", path, body).body().at("/errors/0/message").asString())
                .isEqualTo("the edge would answer such a request 414: too long");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"method":"GET"}                                                   | /url
            {"url":"http://a/"}                                                | /method
            {"url":"ftp://a/","method":"GET"}                                  | /url
            {"url":"http://a/","method":"G T"}                                 | /method
            {"url":"http://a/","method":"GET","headers":{"Host":"b"}}          | /headers
            {"url":"http://a/","method":"GET","headers":{"a b":"c"}}           | /headers
            {"url":"http://a/","method":"GET","headers":{"a":"b\\r\\nc: d"}}   | /headers
            {"url":"http://a/","method":"GET","headers":{"a":5}}               | /headers/a
            {"url":"http://a/","method":"GET","cookies":{"a":"b;c"}}           | /cookies
            {"url":"http://a/","method":"GET","body":{"base64":"?"}}           | /body/base64
            {"url":"http://a/","method":"GET","context":{"ip":"1.2.3"}}        | /context/ip
            {"url":"http://a/","method":"GET","context":{"geoloc":{"iso_code":"de"}}} | /context/geoloc/iso_code
            {"url":"http://a/","method":"GET","protocol":"HTTP/9"}             | /protocol
            {"url":"http://a/","method":"GET","else":1}                        | /else
            """)
    void whatIsNoRequestIsRefusedWithItsPlace(String body, String pointer) throws Exception {
        Result refused = api.send("POST", path, body);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/errors/0/source/pointer").asString()).isEqualTo(pointer);
    }
}
