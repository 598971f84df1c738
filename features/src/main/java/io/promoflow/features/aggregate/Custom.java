package io.promoflow.features.aggregate;

import io.promoflow.features.Feature;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;

/** A feature that is a class, as an aggregate. */
public record Custom(Feature<?> feature) implements Aggregate {
  @Override
  public int numbers() {
    return 0;
  }

  @Override
  public boolean hasPart() {
    return true;
  }

  /** The contract of {@link Feature} makes sure that its parts are of its own type. */
  @SuppressWarnings("unchecked")
  private Feature<Object> typed() {
    return (Feature<Object>) feature;
  }

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    Object state = c.parts[p] == null ? typed().zero() : c.parts[p];
    c.parts[p] = typed().add(state, event);
  }

  @Override
  public void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    if (from.parts[fromP] != null) {
      Object state = into.parts[p] == null ? typed().zero() : into.parts[p];
      into.parts[p] = typed().merge(state, from.parts[fromP]);
    }
  }

  @Override
  public boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    return gone.parts[goneP] == null;
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    return c.parts[p] == null
        ? Double.NaN
        : typed().value(c.parts[p], Instant.ofEpochMilli(asOf)).orElse(Double.NaN);
  }

  @Override
  public Object copyPart(Object part) {
    return typed().merge(typed().zero(), part);
  }

  @Override
  public void writePart(Object part, DataOutput out) throws IOException {
    typed().write(part, out);
  }

  @Override
  public Object readPart(DataInput in) throws IOException {
    return typed().read(in);
  }

  /** Names the column in a checkpoint. */
  @Override
  public String toString() {
    return "Custom[" + feature.getClass().getName() + "]";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Custom custom
        && custom.feature.getClass().equals(feature.getClass())
        && custom.feature.name().equals(feature.name());
  }

  @Override
  public int hashCode() {
    return feature.name().hashCode();
  }
}
