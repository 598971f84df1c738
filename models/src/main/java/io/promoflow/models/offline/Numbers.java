package io.promoflow.models.offline;

import java.math.BigDecimal;
import java.util.List;

/** Texts as numbers. */
public final class Numbers {
  private Numbers() {}

  /** NaN when missing, infinite, or no number. */
  public static double of(String text) {
    if (text == null) {
      return Double.NaN;
    }
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Without a fraction where there is none. */
  static String text(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  static boolean is(String text) {
    return !Double.isNaN(of(text));
  }

  /** Whether most of what is there are numbers: a slip in one row does not make a category. */
  static boolean mostly(List<String> column, double share) {
    long present = column.stream().filter(text -> text != null).count();
    long numbers = column.stream().filter(Numbers::is).count();
    return present > 0 && numbers >= share * present;
  }
}
