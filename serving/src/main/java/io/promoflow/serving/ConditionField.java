package io.promoflow.serving;

import java.time.DayOfWeek;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What conditions can ask for besides the features. */
public enum ConditionField {
  /** Segment of the shopper; unknown without a model. */
  SEGMENT(List.of()),
  /** Value of the cart, cents. */
  CART_CENTS(0, Long.MAX_VALUE),
  /** Pieces in the cart; unknown when only the total was told. */
  CART_QUANTITY(0, Integer.MAX_VALUE),
  /** Different products in the cart; unknown when only the total was told. */
  CART_PRODUCTS(0, Integer.MAX_VALUE),
  /** Products in the cart: IN when any of them is there, NOT_IN when none is. */
  CART_PRODUCT(List.of()),
  /** Categories in the cart: IN when any of them is there, NOT_IN when none is. */
  CART_CATEGORY(List.of()),
  /** Probability of an order; unknown without a model. */
  PROPENSITY(0, 1),
  /** Hour of the day, 0 to 23, in the zone of the promotion. */
  HOUR(0, 23),
  /** Day of the week, MONDAY to SUNDAY, in the zone of the promotion. */
  WEEKDAY(Arrays.stream(DayOfWeek.values()).map(Enum::name).toList()),
  /** Where the shopper is, as the shop names it; unknown when the request names none. */
  CHANNEL(List.of()),
  /** Level of the shopper: what the question tells, else the feature {@code member_level}. */
  MEMBER_LEVEL(List.of()),
  /** Whether the shopper never ordered as far as we know: {@code true} or {@code false}. */
  NEW_SHOPPER(List.of("true", "false"));

  /** The feature by which we know that a shopper ordered before; new ones have none. */
  public static final String LAST_ORDER = "days_since_last_order";

  private static final Map<String, ConditionField> BY_WORD =
      Arrays.stream(values()).collect(Collectors.toMap(ConditionField::word, Function.identity()));

  private final boolean numeric;
  private final double least;
  private final double most;

  @SuppressWarnings("ImmutableEnumChecker") // the lists are unmodifiable
  private final List<String> known;

  ConditionField(double least, double most) {
    this.numeric = true;
    this.least = least;
    this.most = most;
    this.known = List.of();
  }

  ConditionField(List<String> known) {
    this.numeric = false;
    this.least = 0;
    this.most = 0;
    this.known = known;
  }

  /** How rules write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether a logged decision still tells it: it keeps no lines of the cart, no channel, and no
   * level that the question told.
   */
  public boolean isLogged() {
    return switch (this) {
      case CART_QUANTITY, CART_PRODUCTS, CART_PRODUCT, CART_CATEGORY, CHANNEL, MEMBER_LEVEL ->
          false;
      case SEGMENT, CART_CENTS, PROPENSITY, HOUR, WEEKDAY, NEW_SHOPPER -> true;
    };
  }

  /** Compared with LT to EQ when true, with IN and NOT_IN when false. */
  public boolean isNumeric() {
    return numeric;
  }

  /** Whether it is a number without fractions. */
  public boolean isWhole() {
    return numeric && this != PROPENSITY;
  }

  /** Least value it can have; of a numeric one. */
  public double least() {
    return least;
  }

  /** Greatest value it can have; of a numeric one. */
  public double most() {
    return most;
  }

  /** All values it can have; empty when they are not known beforehand. */
  public List<String> known() {
    return known;
  }

  /** The field of a word; empty for the name of a feature. */
  public static Optional<ConditionField> of(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }
}
