package io.promoflow.ingestion;

import static io.promoflow.ingestion.schema.RejectionReason.BAD_CURRENCY;
import static io.promoflow.ingestion.schema.RejectionReason.BAD_TIMESTAMP;
import static io.promoflow.ingestion.schema.RejectionReason.FIELD_TOO_LONG;
import static io.promoflow.ingestion.schema.RejectionReason.NOT_A_NUMBER;
import static io.promoflow.ingestion.schema.RejectionReason.OUT_OF_RANGE;
import static io.promoflow.ingestion.schema.RejectionReason.WRONG_TYPE;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What a single value must look like, whatever event it stands in. */
final class FieldRules {
  private static final int LONGEST_NUMBER = 40;
  private static final int LARGEST_MAGNITUDE = 20;
  private static final Set<String> NO_NUMBERS =
      Set.of("nan", "infinity", "-infinity", "+infinity", "inf", "-inf");

  /** Digits of the minor unit by code, for every currency that has one. */
  private static final Map<String, Integer> MINOR_DIGITS = new HashMap<>();

  static {
    for (Currency currency : Currency.getAvailableCurrencies()) {
      if (currency.getDefaultFractionDigits() >= 0) {
        MINOR_DIGITS.put(currency.getCurrencyCode(), currency.getDefaultFractionDigits());
      }
    }
  }

  private FieldRules() {}

  /** Codes of the currencies that we know. */
  static Set<String> currencies() {
    return Collections.unmodifiableSet(MINOR_DIGITS.keySet());
  }

  /** Digits of the minor unit of a currency that we know. */
  static int minorDigits(String currency) {
    return MINOR_DIGITS.get(currency);
  }

  /** An identifier: text, or a whole number taken as text; no control characters. */
  static String identifier(EventField field, RawValue value) throws Refusal {
    if (value.kind() == RawValue.Kind.NUMBER) {
      if (!value.text().matches("-?[0-9]+")) {
        throw Refusal.of(WRONG_TYPE, value, "must be a text or a whole number");
      }
      length(field, value);
      return value.text();
    }
    String text = text(field, value);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        throw Refusal.of(OUT_OF_RANGE, value, "must hold no control characters");
      }
    }
    return text;
  }

  /** Free text: bounded, and of characters that every store takes. */
  static String text(EventField field, RawValue value) throws Refusal {
    if (value.kind() != RawValue.Kind.TEXT) {
      throw Refusal.of(WRONG_TYPE, value, "must be a text");
    }
    length(field, value);
    String text = value.text();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        throw Refusal.of(OUT_OF_RANGE, value, "must hold no U+0000 and no half surrogate pairs");
      }
    }
    return text;
  }

  private static void length(EventField field, RawValue value) throws Refusal {
    if (value.text().length() > field.longest()) {
      throw Refusal.of(
          FIELD_TOO_LONG,
          value,
          "has "
              + value.text().length()
              + " characters, must have at most "
              + field.longest()
              + " characters");
    }
  }

  /** A whole number within bounds, both included; {@code 2.0} is whole. */
  static long whole(RawValue value, long least, long most) throws Refusal {
    BigDecimal number = number(value);
    String rule = "must be a whole number from " + least + " to " + most;
    if (number.stripTrailingZeros().scale() > 0) {
      throw Refusal.of(WRONG_TYPE, value, rule);
    }
    if (number.compareTo(BigDecimal.valueOf(least)) < 0
        || number.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw Refusal.of(OUT_OF_RANGE, value, rule);
    }
    return number.longValueExact();
  }

  /** An amount in units of the currency, as minor units, rounded half up. */
  static long minorUnits(RawValue value, String currency, long most) throws Refusal {
    BigDecimal minor = number(value).movePointRight(MINOR_DIGITS.get(currency));
    if (minor.signum() < 0 || minor.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw Refusal.of(OUT_OF_RANGE, value, "must be an amount from 0 to " + most + " minor units");
    }
    return minor.setScale(0, RoundingMode.HALF_UP).longValueExact();
  }

  private static BigDecimal number(RawValue value) throws Refusal {
    if (value.kind() != RawValue.Kind.NUMBER) {
      if (value.kind() == RawValue.Kind.TEXT
          && NO_NUMBERS.contains(value.text().trim().toLowerCase(java.util.Locale.ROOT))) {
        throw Refusal.of(NOT_A_NUMBER, value, "must be a number");
      }
      throw Refusal.of(WRONG_TYPE, value, "must be a number");
    }
    if (value.text().length() > LONGEST_NUMBER) {
      throw Refusal.of(OUT_OF_RANGE, value, "must have at most " + LONGEST_NUMBER + " digits");
    }
    try {
      return modest(new BigDecimal(value.text()), value);
    } catch (NumberFormatException e) {
      throw Refusal.of(OUT_OF_RANGE, value, "must be a number of ordinary size");
    }
  }

  /** Keeps exponents away that would make exact arithmetic on a few bytes run for minutes. */
  private static BigDecimal modest(BigDecimal number, RawValue value) throws Refusal {
    long magnitude = (long) number.precision() - number.scale();
    if (number.signum() == 0) {
      return BigDecimal.ZERO;
    }
    if (Math.abs(magnitude) > LARGEST_MAGNITUDE) {
      throw Refusal.of(OUT_OF_RANGE, value, "must be a number of ordinary size");
    }
    return number;
  }

  static String currency(EventField field, RawValue value) throws Refusal {
    String code = text(field, value);
    if (!MINOR_DIGITS.containsKey(code)) {
      throw Refusal.of(BAD_CURRENCY, value, "must be an ISO 4217 code with a minor unit");
    }
    return code;
  }

  /** ISO 8601 with an offset, or a number since 1970 in seconds, milliseconds or microseconds. */
  static Instant moment(RawValue value) throws Refusal {
    String rule = "must be ISO 8601 with an offset, or a number of seconds or milliseconds";
    return switch (value.kind()) {
      case TEXT -> isoMoment(value, rule);
      case NUMBER -> epochMoment(number(value));
      default -> throw Refusal.of(WRONG_TYPE, value, rule);
    };
  }

  private static Instant isoMoment(RawValue value, String rule) throws Refusal {
    try {
      return OffsetDateTime.parse(value.text()).toInstant().truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeException | ArithmeticException e) {
      throw Refusal.of(BAD_TIMESTAMP, value, rule);
    }
  }

  /** The unit is told by the size: 1e11 seconds is the year 5138, 1e11 milliseconds is 1973. */
  private static Instant epochMoment(BigDecimal number) {
    BigDecimal size = number.abs();
    int digits = size.precision() - size.scale();
    int toMillis = digits <= 11 ? 3 : digits <= 14 ? 0 : -3;
    BigDecimal millis = number.movePointRight(toMillis).setScale(0, RoundingMode.FLOOR);
    return Instant.ofEpochMilli(millis.longValueExact());
  }
}
