package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The document tells what the server answers beside what its handlers do. */
class OpenApiTest {

  @Test
  void everyOperationTellsWhatGateAndLimitsAnswer() throws Exception {
    OpenApi openApi = OpenApi.read();
    JsonNode paths = new ObjectMapper(new YAMLFactory()).readTree(openApi.text()).get("paths");
    var missing = new ArrayList<String>();
    for (OpenApi.Operation one : openApi.operations()) {
      var expected = new ArrayList<String>();
      if (!one.roles().isEmpty()) {
        expected.addAll(List.of("400", "401", "403", "429", "503")); // 503: keys are not read yet
      }
      if (one.takesBody()) {
        expected.addAll(List.of("400", "408", "413"));
      }
      JsonNode told =
          paths.get(one.path()).get(one.method().toLowerCase(Locale.ROOT)).get("responses");
      expected.stream()
          .filter(status -> !told.has(status))
          .forEach(status -> missing.add(one.id() + " " + status));
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void onlyWhatTakesARoleTakesAKey() throws Exception {
    OpenApi openApi = OpenApi.read();
    JsonNode document = new ObjectMapper(new YAMLFactory()).readTree(openApi.text());
    for (OpenApi.Operation one : openApi.operations()) {
      JsonNode told = document.get("paths").get(one.path());
      JsonNode security = told.get(one.method().toLowerCase(Locale.ROOT)).path("security");
      assertThat(security.isArray() && security.isEmpty())
          .as(one.id())
          .isEqualTo(one.roles().isEmpty());
    }
    assertThat(document.get("security").toString()).contains("ApiKey");
  }

  @Test
  void whoIsToldToComeBackIsToldWhen() throws Exception {
    OpenApi openApi = OpenApi.read();
    JsonNode document = new ObjectMapper(new YAMLFactory()).readTree(openApi.text());
    for (OpenApi.Operation one : openApi.operations()) {
      JsonNode operation =
          document.get("paths").get(one.path()).get(one.method().toLowerCase(Locale.ROOT));
      JsonNode away = operation.get("responses").path("503");
      if (!away.isMissingNode() && !one.id().equals("isReady")) {
        JsonNode told = document.at(away.path("$ref").asText().replace("#", ""));
        assertThat(told.path("headers").has("Retry-After")).as(one.id()).isTrue();
      }
    }
  }

  @Test
  void parametersOfTheQueryAreThoseOfTheDocument() {
    var names = new TreeMap<String, Set<String>>();
    OpenApi.read().operations().forEach(one -> names.put(one.id(), one.parameters()));
    names.values().removeIf(Set::isEmpty);
    assertThat(names)
        .isEqualTo(
            Map.of(
                "decide", Set.of("dryRun"),
                "redeem", Set.of("dryRun"),
                "collect", Set.of("dryRun"),
                "applyRules", Set.of("dryRun", "note", "on"),
                "evaluateFlag", Set.of("dryRun")));
  }

  @Test
  void whatTakesMoreSaysSo() {
    assertThat(OpenApi.read().operations())
        .filteredOn(OpenApi.Operation::takesLargeBody)
        .extracting(OpenApi.Operation::id)
        .containsExactly("collect", "applyRules");
  }
}
