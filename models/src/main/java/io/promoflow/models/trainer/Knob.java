package io.promoflow.models.trainer;

/**
 * Something about a trainer that may be set.
 *
 * @param name for example {@code l2}
 * @param value that it has when nobody sets it
 * @param least allowed
 * @param most allowed
 * @param whole whether only whole numbers are allowed
 * @param meaning with its unit
 */
public record Knob(
    String name, double value, double least, double most, boolean whole, String meaning) {

  /** A whole number. */
  public static Knob whole(String name, long value, long least, long most, String meaning) {
    return new Knob(name, value, least, most, true, meaning);
  }

  /** Any number. */
  public static Knob number(String name, double value, double least, double most, String meaning) {
    return new Knob(name, value, least, most, false, meaning);
  }

  /** Why a value is refused; null when it is not. */
  public String refusal(double wanted) {
    if (!(wanted >= least && wanted <= most)) {
      return name + " must be between " + text(least) + " and " + text(most) + ", not " + wanted;
    }
    return whole && wanted != Math.rint(wanted)
        ? name + " must be a whole number, not " + wanted
        : null;
  }

  private String text(double number) {
    return whole ? Long.toString((long) number) : Double.toString(number);
  }
}
