package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.promoflow.evaluation.flink.EvaluationOptions;
import io.promoflow.features.flink.FeatureOptions;
import io.promoflow.ingestion.flink.IngestionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.models.ModelOptions;
import io.promoflow.serving.flink.ServingOptions;
import io.promoflow.serving.http.DecisionServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped settings file is complete, changes nothing, and serves every process. */
class SettingsCommandTest {
  private static final Path SHIPPED = Path.of("conf", "promoflow.yaml");

  @Test
  void shippedFileIsWhatTheCommandPrints() throws Exception {
    assertThat(Files.readString(SHIPPED)).isEqualTo(SettingsCommand.example());
  }

  @Test
  void shippedFileChangesNothing() {
    assertThat(Settings.file(SHIPPED)).isEmpty();
  }

  @Test
  void everyDefaultInItIsTheRealOne(@TempDir Path folder) throws Exception {
    Path inForce = folder.resolve("all.yaml");
    Files.writeString(
        inForce, SettingsCommand.example().replaceAll("(?m)^# ([a-z0-9.-]+: (?!\\.\\.\\.))", "$1"));
    Map<String, String> defaults =
        SettingsCommand.all().stream()
            .filter(option -> option.fallback() != null && !option.secret())
            .collect(Collectors.toMap(Option::key, Option::fallback));
    assertThat(Settings.file(inForce)).isEqualTo(defaults);
  }

  private static Stream<Arguments> processes() {
    return Stream.of(
        Arguments.of("ingestion", IngestionOptions.ALL),
        Arguments.of("features", FeatureOptions.ALL),
        Arguments.of("trainer", ModelOptions.ALL),
        Arguments.of("decisions", ServingOptions.ALL),
        Arguments.of("decision server", DecisionServer.OPTIONS),
        Arguments.of("evaluation", EvaluationOptions.ALL));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("processes")
  void oneFileWithEverySettingServes(String process, Collection<Option<?>> options) {
    var everything =
        Settings.of(
            SettingsCommand.all().stream()
                .collect(
                    Collectors.toMap(
                        Option::key,
                        option -> option.fallback() == null ? "x" : option.fallback())));
    assertThatCode(() -> everything.refuseUnknown(options)).as(process).doesNotThrowAnyException();
  }
}
