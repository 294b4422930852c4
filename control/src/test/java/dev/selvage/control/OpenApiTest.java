package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Permission;
import dev.selvage.control.openapi.OpenApi;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Router;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// That the description says what is there; that answers are as it says, every other test holds.
class OpenApiTest {
    private static final JsonNode DOCUMENT = OpenApi.document();

    /// In the place of a permission, where none suffices.
    private static final String OPERATOR = "the operator";

    @TempDir
    Path directory;

    @Test
    void anybodyMayReadIt() throws Exception {
        try (TestControl control = TestControl.open(directory)) {
            JsonNode served = control.send("GET", "/client/v4/openapi.json", null, new String[0])
                    .body();
            assertThat(served).isEqualTo(DOCUMENT);
            assertThat(served.path("openapi").asString()).startsWith("3.1.");
        }
    }

    @Test
    void everyRouteIsDescribedAndEveryDescribedOperationIsARoute() throws Exception {
        Set<String> described = new TreeSet<>(operations().keySet());
        Set<String> there = routes().stream()
                .map(route -> route.method() + " " + route.template())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).isEqualTo(there);
    }

    @Test
    void thePermissionThatIsDescribedIsTheOneThatIsNeeded() throws Exception {
        Set<String> titles =
                Arrays.stream(Permission.values()).map(Permission::title).collect(Collectors.toSet());
        titles.add(OPERATOR);
        Map<String, JsonNode> operations = operations();
        for (Api.Route route : routes()) {
            String name = route.method() + " " + route.template();
            JsonNode operation = Objects.requireNonNull(operations.get(name), name);
            JsonNode said = operation.path("x-selvage-permission");
            Permission permission = route.permission();
            if (permission == null) {
                assertThat(said.isString())
                        .as(name + " needs no one permission")
                        .isFalse();
            } else {
                assertThat(said.asString("")).as(name).isEqualTo(permission.title());
            }
            for (JsonNode each : said) {
                assertThat(titles).as(name).contains(each.asString());
            }
            boolean free = operation.path("security").isArray();
            assertThat(free && !route.open()).as(name + " asks for credentials").isFalse();
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = new ArrayList<>();
        references(DOCUMENT, references);
        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            assertThat(reference).startsWith("#/");
            assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode()).isFalse();
        });
        for (Map.Entry<String, JsonNode> schema :
                DOCUMENT.at("/components/schemas").properties()) {
            assertThat(references).contains("#/components/schemas/" + schema.getKey());
        }
    }

    @Test
    void everyOperationSaysWhatAReaderNeeds() {
        Set<String> ids = new HashSet<>();
        Set<String> tags = new HashSet<>();
        DOCUMENT.path("tags").forEach(tag -> {
            assertThat(tag.path("description").asString("")).isNotBlank();
            tags.add(tag.path("name").asString());
        });
        operations().forEach((name, operation) -> {
            assertThat(operation.path("summary").asString(""))
                    .as(name)
                    .isNotBlank()
                    .doesNotEndWith(".");
            assertThat(ids.add(operation.path("operationId").asString()))
                    .as(name)
                    .isTrue();
            assertThat(tags).as(name).contains(operation.at("/tags/0").asString());
            assertThat(operation.at("/responses/200").isObject()
                            || operation.at("/responses/204").isObject())
                    .as(name)
                    .isTrue();
            assertThat(operation.at("/responses/default").isObject()).as(name).isTrue();
            boolean writes = name.startsWith("POST") || name.startsWith("PATCH") || name.startsWith("PUT");
            assertThat(operation.has("requestBody")).as(name).isEqualTo(writes);
        });
    }

    private List<Api.Route> routes() throws Exception {
        ControlSettings settings = new ControlSettings(directory, TestControl.TOKEN);
        try (Control control = Control.open(settings, new Health(), new Metrics())) {
            return control.routes(new Router());
        }
    }

    private static Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        for (Map.Entry<String, JsonNode> path : DOCUMENT.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                operations.put(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), method.getValue());
            }
        }
        return operations;
    }

    private static void references(@Nullable JsonNode node, List<String> references) {
        if (node == null) {
            return;
        }
        if (node.path("$ref").isString()) {
            references.add(node.path("$ref").stringValue());
        }
        node.forEach(each -> references(each, references));
    }
}
