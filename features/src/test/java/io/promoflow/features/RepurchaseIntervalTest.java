package io.promoflow.features;

import static io.promoflow.features.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RepurchaseIntervalTest extends FeatureContract {
  private final RepurchaseInterval interval = new RepurchaseInterval();

  @Override
  protected Feature<?> feature() {
    return interval;
  }

  @Test
  void linesOfOneOrderAreOneOrder() {
    var orders = interval.zero();
    orders = interval.add(orders, Cast.order("e1", NOON, "o1", 100, null));
    orders = interval.add(orders, Cast.order("e2", NOON, "o1", 100, null));
    assertThat(interval.value(orders, NOON)).isEmpty();
    orders = interval.add(orders, Cast.order("e3", NOON.plus(Duration.ofDays(3)), "o2", 1, null));
    orders = interval.add(orders, Cast.order("e4", NOON.plus(Duration.ofDays(4)), "o3", 1, null));
    assertThat(interval.value(orders, NOON)).hasValue(2);
  }
}
