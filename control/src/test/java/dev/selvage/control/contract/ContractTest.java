package dev.selvage.control.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.control.contract.Document.Operation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ContractTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final String FAILURE = """
            {"success":false,"errors":[{"code":1001,"message":"Invalid zone identifier"}],"messages":[],"result":null}""";
    private static final String DELETED =
            "{\"success\":true,\"errors\":[],\"messages\":[],\"result\":{\"id\":\"" + ID + "\"}}";

    @Test
    void anAnswerAsDescribedPasses() {
        assertThatCode(() -> Contract.check(answer("DELETE", "/zones/" + ID, 200, DELETED)))
                .doesNotThrowAnyException();
        assertThatCode(() -> Contract.check(answer("GET", "/zones/" + ID + "?a=b", 404, FAILURE)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                GET    | /zones/{id}                   | 200 | {"success":true,"errors":[],"messages":[],"result":{}}
                GET    | /zones/{id}                   | 200 | {"success":true,"errors":[],"messages":[]}
                GET    | /zones/{id}                   | 404 | {"success":false,"errors":[{"code":"1001","message":"m"}],"messages":[],"result":null}
                GET    | /zones/{id}                   | 404 | {"success":false,"errors":[{"code":11,"message":"m"}],"messages":[],"result":null}
                GET    | /zones/{id}/dns_records       | 400 | {"success":true,"errors":[],"messages":[],"result":null}
                GET    | /zones/{id}/dns_records       | 400 | {"success":false,"errors":[],"messages":[],"result":[]}
                GET    | /zones/{id}/dns_records       | 500 | {"success":false}
                GET    | /zones/{id}/settings/ssl      | 200 | {"success":true,"errors":[],"messages":[],"result":{"id":"ssl","value":"quite","editable":true,"modified_on":null}}
                GET    | /user/tokens/verify           | 200 | {"success":true,"errors":[],"messages":[],"result":{"id":"{id}"}}
                GET    | /zones/{id}/nothing_known     | 200 | {"success":true,"errors":[],"messages":[],"result":{}}
                GET    | /zones/{id}/nothing_known     | 403 | {"success":false,"errors":[{"code":10000,"message":"m"}],"messages":[],"result":null}
                """)
    void anAnswerThatIsNotAsDescribedIsRefused(String method, String path, int status, String body) {
        assertThatThrownBy(() ->
                        Contract.check(answer(method, path.replace("{id}", ID), status, body.replace("{id}", ID))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(method + " /client/v4/")
                .hasMessageContaining("answered " + status);
    }

    @Test
    void anotherMediaTypeIsRefused() {
        assertThatThrownBy(() -> Contract.check(new Exchange(
                        "DELETE", "/client/v4/zones/" + ID, "", 200, "text/plain; charset=utf-8", DELETED)))
                .hasMessageContaining("does not say that DELETE /zones/{zone_id} answers 200 as text/plain");
    }

    @Test
    void whereThereIsNoRouteTheEnvelopeSaysSo() {
        String body = FAILURE.replace("1001", "7000");
        assertThatCode(() -> Contract.check(answer("GET", "/zones/" + ID + "/nothing_known", 404, body)))
                .doesNotThrowAnyException();
    }

    @Test
    void everySchemaOfTheDocumentCanBeUsed() {
        Document document = Contract.published();
        for (Operation operation : document.operations()) {
            for (Map.Entry<String, JsonNode> response :
                    operation.node().path("responses").properties()) {
                for (Map.Entry<String, JsonNode> content :
                        response.getValue().path("content").properties()) {
                    int status = Integer.parseInt(
                            response.getKey().toLowerCase(Locale.ROOT).replace('x', '0'));
                    JsonNode nothing = JsonMapper.shared().createArrayNode();
                    List<String> faults = document.faults(operation, status, content.getKey(), nothing);
                    assertThat(faults)
                            .as(operation.name() + " refuses an array")
                            .isNotEmpty()
                            .noneMatch(fault -> fault.contains("does not say"));
                }
            }
        }
        assertThat(document.operations()).hasSizeGreaterThan(60);
    }

    @Test
    void aCorrectionThatFitsNowhereOrHasNoReasonIsRefused() {
        ObjectNode document = object("{\"a\":{\"b\":[1]}}");
        for (String patch : List.of(
                "{\"op\":\"replace\",\"path\":\"/a/c\",\"value\":1}",
                "{\"op\":\"remove\",\"path\":\"/a/b/1\"}",
                "{\"op\":\"add\",\"path\":\"/x/y\",\"value\":1}",
                "{\"op\":\"replace\",\"path\":\"/a/b\"}")) {
            assertThatThrownBy(() -> Corrections.apply(list("\"a reason\"", patch), document))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a name");
        }
        assertThatThrownBy(() ->
                        Corrections.apply(list("\" \"", "{\"op\":\"add\",\"path\":\"/a/c\",\"value\":1}"), document))
                .hasMessageContaining("no reason");
        Corrections.apply(list("\"a reason\"", "{\"op\":\"add\",\"path\":\"/a/b/-\",\"value\":2}"), document);
        Corrections.apply(list("\"a reason\"", "{\"op\":\"replace\",\"path\":\"/a/b/0\",\"value\":3}"), document);
        assertThat(document).isEqualTo(object("{\"a\":{\"b\":[3,2]}}"));
    }

    private static JsonNode list(String reason, String patch) {
        return JsonMapper.shared()
                .readTree("[{\"name\":\"a name\",\"reason\":" + reason + ",\"patch\":[" + patch + "]}]");
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }

    private static Exchange answer(String method, String path, int status, String body) {
        return new Exchange(method, "/client/v4" + path, "", status, "application/json", body);
    }
}
