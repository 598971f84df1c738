package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RememberedAnswersTest {
  private static final int MOST = 2_000;

  private final RememberedAnswers answers = new RememberedAnswers(MOST);

  private static String id(long number) {
    return "d-%024x".formatted(number * 0x9E37_79B9_7F4A_7C15L);
  }

  private static byte[] answer(String id, int more) {
    return ("{\"decisionId\":\"" + id + "\",\"text\":\"" + "x".repeat(more) + "\"}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void theLatestAnswersAreFoundAndNoOtherIsTakenForThem() {
    var random = new SplittableRandom(1);
    var sizes = new HashMap<Integer, Integer>();
    for (int i = 0; i < 30_000; i++) {
      sizes.put(i, random.nextInt(2_500));
      answers.put(id(i), answer(id(i), sizes.get(i)));
    }

    int found = 0;
    for (int i = 0; i < 30_000; i++) {
      byte[] written = answers.find(id(i));
      if (written != null) {
        found++;
        assertThat(written).isEqualTo(answer(id(i), sizes.get(i)));
      }
    }
    assertThat(found).isBetween(1_000, MOST);
    for (int i = 30_000 - 1_000; i < 30_000; i++) {
      assertThat(answers.find(id(i))).as("answer %d", i).isNotNull();
    }
  }

  @Test
  void aLaterAnswerTakesTheFirstOnesPlace() {
    answers.put(id(1), answer(id(1), 1));
    answers.put(id(1), answer(id(1), 7));

    assertThat(answers.find(id(1))).isEqualTo(answer(id(1), 7));
  }

  @Test
  void anAnswerLargerThanAPageIsRemembered() {
    answers.put(id(1), answer(id(1), 3_000_000));
    answers.put(id(2), answer(id(2), 1));

    assertThat(answers.find(id(1))).hasSizeGreaterThan(3_000_000);
    assertThat(answers.find(id(2))).isEqualTo(answer(id(2), 1));
  }

  @Test
  void whatIsForgottenIsNotFound() {
    answers.put(id(1), answer(id(1), 1));
    answers.forget(id(1));
    answers.forget(id(2));

    assertThat(answers.find(id(1))).isNull();
  }

  @Test
  void idsThatBeginAlikeAreNotTakenForEachOther() {
    String one = "d-0123456789abcdef00000001";
    String other = "d-0123456789abcdef00000002";
    answers.put(one, answer(one, 1));

    assertThat(answers.find(other)).isNull();
    assertThat(answers.find("no id of ours at all")).isNull();
    assertThat(answers.find("d-0123456789abcdef")).isNull();
    assertThat(answers.find(one + "\",\"text\":\"")).isNull();
    assertThat(answers.find("d-é123456789abcdef00000001")).isNull();
  }

  @Test
  void whatIsForgottenAgainAndAgainTakesNoRoom() {
    for (int i = 0; i < 50_000; i++) {
      answers.put(id(i), answer(id(i), 1_000));
      answers.forget(id(i));
    }
    assertThat(answers.bytes()).isLessThan(2_000_000);
  }

  @Test
  void roomIsBoundedByWhatIsRememberedAndOnePage() {
    for (int i = 0; i < 30_000; i++) {
      answers.put(id(i), answer(id(i), 1_000));
    }
    assertThat(answers.bytes()).isLessThan(MOST * 1_100L + 1_000_000);
  }

  @Test
  void nothingIsRememberedWhereNothingShallBe() {
    var none = new RememberedAnswers(0);
    none.put(id(1), answer(id(1), 1));

    assertThat(none.find(id(1))).isNull();
  }
}
