package io.promoflow.models.trainer;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** All trainers on the class path, by the services that they are listed in. */
public final class Trainers {
  private Trainers() {}

  /** By name. */
  public static List<Trainer> all() {
    return ServiceLoader.load(Trainer.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Trainer::name))
        .toList();
  }

  /** Refuses a name that nobody has, with the names that there are. */
  public static Trainer named(String name) {
    return all().stream()
        .filter(trainer -> trainer.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no trainer '"
                        + name
                        + "'; there are "
                        + all().stream().map(Trainer::name).collect(Collectors.joining(", "))));
  }
}
