package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        expected.addAll(List.of("401", "403", "429", "503")); // 503: keys are not read yet
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
  void whatTakesMoreSaysSo() {
    assertThat(OpenApi.read().operations())
        .filteredOn(OpenApi.Operation::takesLargeBody)
        .extracting(OpenApi.Operation::id)
        .containsExactly("collect", "applyRules");
  }
}
