package io.promoflow.models.trainer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The knobs of a trainer, set and checked. */
public final class Hyperparameters {
  private final Map<String, Double> values;

  private Hyperparameters(Map<String, Double> values) {
    this.values = values;
  }

  /** As the trainer likes them. */
  public static Hyperparameters defaults(Trainer trainer) {
    return of(trainer, Map.of());
  }

  /**
   * Some set, the others as the trainer likes them.
   *
   * @throws IllegalArgumentException that names the trainer, the knob and the value
   */
  public static Hyperparameters of(Trainer trainer, Map<String, Double> wanted) {
    var values = new TreeMap<String, Double>();
    for (Knob knob : trainer.knobs()) {
      double value = wanted.getOrDefault(knob.name(), knob.value());
      String refusal = knob.refusal(value);
      if (refusal != null) {
        throw new IllegalArgumentException(trainer.name() + ": " + refusal);
      }
      values.put(knob.name(), value);
    }
    for (String name : wanted.keySet()) {
      if (!values.containsKey(name)) {
        List<String> known = trainer.knobs().stream().map(Knob::name).toList();
        throw new IllegalArgumentException(
            trainer.name() + ": there is no setting " + name + ", only " + known);
      }
    }
    return new Hyperparameters(values);
  }

  public double number(String name) {
    return values.get(name);
  }

  public int whole(String name) {
    return (int) number(name);
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
