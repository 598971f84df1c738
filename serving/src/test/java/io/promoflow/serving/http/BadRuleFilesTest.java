package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.BadRuleFiles;
import io.promoflow.serving.rules.BadRuleFiles.Bad;
import io.promoflow.serving.rules.ShippedRules;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Files with a defect, sent to a live server on a real rule book: none ever counts. */
class BadRuleFilesTest {
  private static final int FILES = 500;
  private static final long MOST_SILENCE_NANOS = 5_000_000_000L;

  @Test
  void areRefusedWholeWhileTheVersionBeforeAnswersWithoutAGap() throws Exception {
    List<Bad> files = BadRuleFiles.of(ShippedRules.text(), FILES, new Random(20_261_127));
    var texts = new HashSet<String>();
    var kinds = new TreeMap<String, Integer>();
    files.forEach(
        bad -> {
          texts.add(bad.text());
          kinds.merge(bad.kind(), 1, Integer::sum);
        });
    assertThat(texts).as("different files").hasSize(FILES);
    assertThat(kinds).hasSizeGreaterThan(12);
    try (var server = new StoredServer(ShippedRules.text(), Map.of())) {
      var asking = new Asking(server);
      asking.start();
      for (Bad bad : files) {
        assertRefused(bad, server.post("/v1/rules?note=must+not+count", bad.text()));
      }
      asking.finish();
      assertThat(asking.answers).as("status and version").containsOnlyKeys("200 under 1");
      assertThat(asking.answers.get("200 under 1")).isGreaterThan(FILES / 10);
      assertThat(asking.longest.get()).as("longest silence").isLessThan(MOST_SILENCE_NANOS);
      assertThat(server.book.versions().lines()).hasSize(1);
      assertThat(server.book.current().orElseThrow().version()).isEqualTo(1);
    }
  }

  private static void assertRefused(Bad bad, HttpResponse<String> answer) throws Exception {
    String what = bad.kind() + ":\n" + bad.text() + "->\n" + answer.body();
    assertThat(answer.statusCode()).as(what).isEqualTo(422);
    String where =
        "body:"
            + (bad.line() == 0 ? "\\d+" : bad.line())
            + ": "
            + (bad.rule().isEmpty() ? "" : bad.rule() + ": ");
    JsonNode problems = Wire.JSON.readTree(answer.body()).get("problems");
    assertThat(problems)
        .as("file, line, rule and reason of " + what)
        .anySatisfy(
            problem ->
                assertThat(problem.asText()).matches("(?s)" + where + ".*").contains(bad.told()));
  }

  /** Asks for one decision after the other. */
  private static final class Asking extends Thread {
    private final StoredServer server;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong longest = new AtomicLong();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();

    Asking(StoredServer server) {
      super("asking");
      this.server = server;
    }

    @Override
    public void run() {
      for (int i = 0; !done.get(); i++) {
        long began = System.nanoTime();
        answers.merge(answer(i), 1, Integer::sum);
        longest.accumulateAndGet(System.nanoTime() - began, Math::max);
      }
    }

    private String answer(int number) {
      try {
        HttpResponse<String> answer =
            server.post(
                "/v1/decisions",
                """
                {"requestId": "r%d", "trigger": "VISIT", "shopperId": "ada", "cartCents": 12000}
                """
                    .formatted(number));
        long version = Wire.JSON.readTree(answer.body()).path("ruleVersion").asLong();
        return answer.statusCode() + " under " + version;
      } catch (Exception e) {
        return e.toString();
      }
    }

    void finish() throws InterruptedException {
      done.set(true);
      join();
    }
  }
}
