package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A feature that a declaration cannot say: one class, one line in {@code
 * META-INF/services/io.promoflow.features.Feature}, one test that extends {@code FeatureContract},
 * and a declaration with {@code aggregate: class} under its name.
 *
 * <p>It is a commutative monoid with a value: {@code merge} must be associative and commutative,
 * {@code zero} neutral, and adding events one by one the same as merging what was added apart. The
 * value must not depend on anything else, the clock least of all.
 *
 * @param <A> a partial aggregate; {@link #merge} may change and give back its first argument and
 *     must leave the second one alone and unshared
 */
public interface Feature<A> extends Serializable {
  /** Name of the declaration that asks for it. */
  String name();

  /** Events that it looks at. */
  Set<ShopEventType> events();

  /** The partial aggregate of no event. */
  A zero();

  /** With an event added; may change and give back its argument. */
  A add(A state, ShopEvent event);

  /** Both together. */
  A merge(A state, A other);

  /**
   * The value; empty when missing.
   *
   * @param asOf end of the window
   */
  OptionalDouble value(A state, Instant asOf);

  /** Writes a partial aggregate to a checkpoint. */
  void write(A state, DataOutput out) throws IOException;

  /** Reads what {@link #write} wrote. */
  A read(DataInput in) throws IOException;
}
