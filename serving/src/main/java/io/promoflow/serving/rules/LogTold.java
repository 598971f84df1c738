package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.ConditionField;
import io.promoflow.serving.scoring.Scores;
import java.util.List;
import java.util.Objects;

/**
 * What a logged decision itself tells of promotions that rest on what it does not keep.
 *
 * @param logged the decision
 * @param then the rules that it was made under; null when they are lost
 */
record LogTold(LoggedDecision logged, RuleSet then) {
  private static final String MEMBER_LEVEL = ConditionField.MEMBER_LEVEL.word();

  /** Closed for what follows from shopper, moment and cart alone. */
  private static final String CLOSED =
      letters(Loss.OUTSIDE_PERIOD, Loss.NOT_ELIGIBLE, Loss.NOT_COVERED, Loss.BELOW_MINIMUM_SPEND);

  /** Open to the shopper, or closed for what went before alone. */
  private static final String SUITED =
      Loss.OPEN + letters(Loss.CAP_REACHED, Loss.CONTACT_CAP_REACHED, Loss.EXCLUDED_IN_GROUP);

  private static final char NOT_TOLD = '?';

  private static String letters(Loss... losses) {
    var letters = new StringBuilder();
    for (Loss loss : losses) {
      letters.append(loss.letter());
    }
    return letters.toString();
  }

  /**
   * Whether a promotion suited the shopper then as it does when the decision is made again.
   *
   * @param scores what it is made again with
   * @param again whether it suits the shopper then
   */
  boolean confirms(Promotion one, Scores scores, boolean again) {
    if (then == null) {
      return false;
    }
    List<Promotion> promotions = then.promotions();
    for (int i = 0; i < promotions.size(); i++) {
      Promotion other = promotions.get(i);
      char letter = letter(other.id(), i);
      if (isOf(scores)
          && isSameOffer(one, other)
          && (again ? SUITED : CLOSED).indexOf(letter) >= 0) {
        return true;
      }
      if (restsOnLevelAlone(one) && isSameLevel(one, other) && confirmsLevel(other, letter)) {
        return true;
      }
    }
    return false;
  }

  /** Scores of others may open or close what the log does not tell of. */
  private boolean isOf(Scores scores) {
    Decision decision = logged.decision();
    return Objects.equals(scores.segment(), decision.segment())
        && Objects.equals(scores.propensity(), decision.propensity());
  }

  private char letter(String promotion, int place) {
    String losses = logged.decision().losses();
    if (losses != null) {
      return place < losses.length() ? losses.charAt(place) : NOT_TOLD;
    }
    for (Candidate one : logged.decision().candidates()) {
      if (promotion.equals(one.promotionId())) {
        return one.score() != null
            ? Loss.OPEN
            : one.loss() == null ? NOT_TOLD : one.loss().letter();
      }
    }
    return NOT_TOLD;
  }

  /** Whether the level that counted then, which a question may tell, passes as the row's does. */
  private boolean confirmsLevel(Promotion witness, char letter) {
    boolean passes = passes(witness, level(logged.features()));
    boolean asksNothingElse = witness.eligibility().stream().allMatch(LogTold::isOnLevel);
    return passes
        ? SUITED.indexOf(letter) >= 0
        : asksNothingElse && letter == Loss.NOT_ELIGIBLE.letter();
  }

  private static String level(FeatureRow row) {
    return row == null ? null : row.categories().get(MEMBER_LEVEL);
  }

  private static boolean passes(Promotion one, String level) {
    return level != null
        && (one.kind() != PromotionKind.MEMBER_PRICE || level.equals(one.terms().memberLevel()))
        && one.eligibility().stream()
            .filter(LogTold::isOnLevel)
            .allMatch(is -> is.values().contains(level) == (is.operator() == Operator.IN));
  }

  private static boolean isOnLevel(Condition condition) {
    return condition.field().equals(MEMBER_LEVEL);
  }

  private static boolean restsOnLevelAlone(Promotion one) {
    return one.kind() != PromotionKind.BUNDLE
        && one.coversAll()
        && one.eligibility().stream().allMatch(is -> isOnLevel(is) || Untold.isLogged(is));
  }

  /** Whether both ask for the same level and only that is not logged. */
  private static boolean isSameLevel(Promotion one, Promotion other) {
    return restsOnLevelAlone(other)
        && Objects.equals(memberLevel(one), memberLevel(other))
        && onLevel(one).equals(onLevel(other));
  }

  private static String memberLevel(Promotion one) {
    return one.kind() == PromotionKind.MEMBER_PRICE ? one.terms().memberLevel() : null;
  }

  private static List<Condition> onLevel(Promotion one) {
    return one.eligibility().stream().filter(LogTold::isOnLevel).toList();
  }

  /** Rules that find products by features would have found those of then. */
  private static boolean isSameOffer(Promotion one, Promotion other) {
    return one.id().equals(other.id())
        && one.kind() == other.kind()
        && one.terms().equals(other.terms())
        && one.asksForSameProducts(other)
        && one.eligibility().equals(other.eligibility())
        && Objects.equals(one.from(), other.from())
        && Objects.equals(one.until(), other.until())
        && one.periods().equals(other.periods())
        && Objects.equals(one.zone(), other.zone());
  }
}
