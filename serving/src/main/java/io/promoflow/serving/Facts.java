package io.promoflow.serving;

import io.promoflow.features.DenseValues;
import io.promoflow.features.aggregate.Recency;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.serving.scoring.Scores;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What is known of a shopper at a decision, by the numbers of {@link CompiledRules}. Filled anew
 * for every decision; used by one thread.
 */
final class Facts {
  private static final String MEMBER_LEVEL = ConditionField.MEMBER_LEVEL.word();
  private static final long SECONDS_OF_DAY = 86_400;
  private static final long SECONDS_OF_HOUR = 3_600;
  private static final DayOfWeek[] WEEKDAYS = DayOfWeek.values();

  private final Fact[] facts;
  private final boolean[] known;
  private final double[] numbers;
  private final String[] texts;

  /** The names of the features that are asked for as numbers, and which facts they are. */
  private final List<String> features;

  private final int[] ofFeatures;

  /** Those among them that are days since something, which go on while nothing happens. */
  private final int[] ageing;

  /** Of the row that came last, and where it has the features. */
  private DenseValues.Columns columns;

  private int[] places;
  private Cart cart;

  Facts(Fact[] facts) {
    this.facts = facts;
    this.ofFeatures =
        IntStream.range(0, facts.length)
            .filter(i -> facts[i].field() == null && !facts[i].isText())
            .toArray();
    this.features = Arrays.stream(ofFeatures).mapToObj(i -> facts[i].word()).toList();
    this.ageing = Arrays.stream(ofFeatures).filter(i -> Recency.isNamed(facts[i].word())).toArray();
    this.known = new boolean[facts.length];
    this.numbers = new double[facts.length];
    this.texts = new String[facts.length];
  }

  /** Takes over what is known now. */
  void fill(DecisionRequest request, FeatureRow row, Scores scores) {
    cart = request.cart();
    for (int i = 0; i < facts.length; i++) {
      Fact fact = facts[i];
      if (fact.field() != null) {
        fillOwn(i, fact, request, row, scores);
      } else if (fact.isText()) {
        text(i, row == null ? null : row.categories().get(fact.word()));
      }
    }
    if (row != null && row.values() instanceof DenseValues dense) {
      fillFeatures(dense);
    } else {
      for (int i : ofFeatures) {
        number(i, row == null ? null : row.values().get(facts[i].word()));
      }
    }
    for (int i : ageing) {
      if (known[i]) {
        numbers[i] += Recency.days(row.asOf(), request.at());
      }
    }
  }

  private void fillFeatures(DenseValues row) {
    if (columns != row.columns()) {
      columns = row.columns();
      places = columns.places(features);
    }
    for (int i = 0; i < places.length; i++) {
      double value = row.at(places[i]);
      known[ofFeatures[i]] = !Double.isNaN(value);
      numbers[ofFeatures[i]] = value;
    }
  }

  private void fillOwn(int i, Fact fact, DecisionRequest request, FeatureRow row, Scores scores) {
    known[i] = false;
    switch (fact.field()) {
      case CART_CENTS -> number(i, fact, (double) cart.totalCents());
      case CART_QUANTITY -> {
        if (isToldByLine()) {
          number(i, fact, pieces());
        }
      }
      case CART_PRODUCTS -> {
        if (isToldByLine()) {
          number(i, fact, products());
        }
      }
      case PROPENSITY -> {
        if (!fact.isText()) {
          number(i, scores.propensity());
        }
      }
      case HOUR -> number(i, fact, hour(request.at(), fact.zone()));
      case WEEKDAY -> text(i, fact, weekday(request.at(), fact.zone()));
      case SEGMENT -> text(i, fact, scores.segment());
      case CHANNEL -> text(i, fact, request.channel());
      case MEMBER_LEVEL -> text(i, fact, level(request, row));
      case NEW_SHOPPER ->
          text(
              i,
              fact,
              row == null || !row.values().containsKey(ConditionField.LAST_ORDER)
                  ? "true"
                  : "false");
      case CART_PRODUCT, CART_CATEGORY -> known[i] = fact.isText() && isToldByLine();
    }
  }

  /** What the question tells counts more than what the features know. */
  private static String level(DecisionRequest request, FeatureRow row) {
    return request.memberLevel() != null || row == null
        ? request.memberLevel()
        : row.categories().get(MEMBER_LEVEL);
  }

  /** Adds the promotions that the facts rule out; on something unknown no condition holds. */
  void ruleOut(RuledOut[] byFact, BitSet bits) {
    for (int i = 0; i < facts.length; i++) {
      Fact fact = facts[i];
      if (!known[i]) {
        byFact[i].addUnknown(bits);
      } else if (!fact.isText()) {
        byFact[i].add(numbers[i], bits);
      } else if (fact.field() == ConditionField.CART_PRODUCT
          || fact.field() == ConditionField.CART_CATEGORY) {
        byFact[i].add(condition -> isMet(condition, fact.field()), bits);
      } else {
        byFact[i].add(texts[i], bits);
      }
    }
  }

  private boolean isMet(CompiledCondition condition, ConditionField field) {
    return isInCart(field, condition.values()) == (condition.operator() == Operator.IN);
  }

  /** Whether a text is known and this one. */
  boolean is(int fact, String text) {
    return known[fact] && texts[fact].equals(text);
  }

  private boolean isInCart(ConditionField field, Set<String> values) {
    List<Cart.Line> lines = cart.lines();
    for (int i = 0; i < lines.size(); i++) {
      Cart.Line line = lines.get(i);
      String one = field == ConditionField.CART_PRODUCT ? line.productId() : line.category();
      if (one != null && values.contains(one)) {
        return true;
      }
    }
    return false;
  }

  private void number(int i, Double value) {
    known[i] = value != null;
    if (value != null) {
      numbers[i] = value;
    }
  }

  private void number(int i, Fact fact, double value) {
    known[i] = !fact.isText();
    numbers[i] = value;
  }

  private void text(int i, String value) {
    known[i] = value != null;
    texts[i] = value;
  }

  private void text(int i, Fact fact, String value) {
    known[i] = value != null && fact.isText();
    texts[i] = value;
  }

  private boolean isToldByLine() {
    return !cart.lines().isEmpty() || cart.totalCents() == 0;
  }

  private double pieces() {
    double sum = 0;
    for (int i = 0; i < cart.lines().size(); i++) {
      sum += cart.lines().get(i).quantity();
    }
    return sum;
  }

  private double products() {
    return cart.lines().stream().map(Cart.Line::productId).distinct().count();
  }

  private static int hour(Instant at, ZoneId zone) {
    return (int) (Math.floorMod(localSeconds(at, zone), SECONDS_OF_DAY) / SECONDS_OF_HOUR);
  }

  private static String weekday(Instant at, ZoneId zone) {
    long days = Math.floorDiv(localSeconds(at, zone), SECONDS_OF_DAY);
    return WEEKDAYS[(int) Math.floorMod(days + 3, 7L)].name(); // 1970-01-01 was a Thursday
  }

  /** Seconds since 1970-01-01T00:00 by the clocks of the zone. */
  private static long localSeconds(Instant at, ZoneId zone) {
    int offset =
        zone instanceof ZoneOffset fixed
            ? fixed.getTotalSeconds()
            : zone.getRules().getOffset(at).getTotalSeconds();
    return at.getEpochSecond() + offset;
  }
}
