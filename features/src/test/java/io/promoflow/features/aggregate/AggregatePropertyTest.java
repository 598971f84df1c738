package io.promoflow.features.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.EventNumber;
import io.promoflow.features.EventText;
import io.promoflow.features.Events;
import io.promoflow.features.RepurchaseInterval;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The algebra's laws, to the last bit, for every aggregate. */
class AggregatePropertyTest {
  private static final long AS_OF = Events.END;

  @Provide
  Arbitrary<Aggregate> aggregates() {
    return Arbitraries.of(
        new Count(),
        new Sum(EventNumber.NET_CENTS),
        new Mean(EventNumber.NET_CENTS),
        new Variance(EventNumber.NET_CENTS),
        new Extreme(EventNumber.NET_CENTS, true),
        new Extreme(EventNumber.NET_CENTS, false),
        new Edge(EventNumber.NET_CENTS, true),
        new Edge(EventNumber.NET_CENTS, false),
        new EdgeText(EventText.CATEGORY, true),
        new EdgeText(EventText.CATEGORY, false),
        new Recency(),
        new Decayed(Duration.ofDays(2)),
        new Distinct(EventText.PRODUCT_ID),
        new Distinct(EventText.SESSION_ID),
        new Entropy(EventText.CATEGORY),
        new Quantile(EventNumber.NET_CENTS, 0.5),
        new Top(EventText.CATEGORY, 2),
        new Custom(new RepurchaseInterval()));
  }

  @Property(tries = 600)
  void partsMergedInAnyOrderAreTheWhole(
      @ForAll("aggregates") Aggregate aggregate,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 80) int count) {
    List<ShopEvent> events = Events.random(seed, count);
    var parts = parts(aggregate, events, new Random(seed));
    var whole = empty(aggregate);
    for (Cells part : parts) {
      aggregate.merge(whole, 0, 0, part, 0, 0);
    }
    assertThat(value(aggregate, whole)).isEqualTo(value(aggregate, folded(aggregate, events)));
  }

  @Property(tries = 600)
  void takingAwayLeavesTheRest(
      @ForAll("aggregates") Aggregate aggregate,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 80) int count) {
    List<ShopEvent> events = Events.random(seed, count);
    int gone = new Random(seed).nextInt(count + 1);
    var whole = folded(aggregate, events);
    if (aggregate.subtract(whole, 0, 0, folded(aggregate, events.subList(0, gone)), 0, 0)) {
      var rest = folded(aggregate, events.subList(gone, count));
      assertThat(value(aggregate, whole)).isEqualTo(value(aggregate, rest));
    }
  }

  @Property(tries = 400)
  void mergingLeavesTheOtherAsItWas(@ForAll("aggregates") Aggregate aggregate, @ForAll long seed) {
    var one = folded(aggregate, Events.random(seed, 30));
    var other = folded(aggregate, Events.random(seed + 1, 30));
    Object before = value(aggregate, other);
    var into = empty(aggregate);
    aggregate.merge(into, 0, 0, other, 0, 0);
    aggregate.merge(into, 0, 0, one, 0, 0);
    assertThat(value(aggregate, other)).isEqualTo(before);
  }

  @Property(tries = 400)
  void aPartThatWasWrittenAndReadIsTheSame(
      @ForAll("aggregates") Aggregate aggregate, @ForAll long seed) throws IOException {
    var cells = folded(aggregate, Events.random(seed, 50));
    if (aggregate.hasPart() && cells.parts[0] != null) {
      var bytes = new ByteArrayOutputStream();
      aggregate.writePart(cells.parts[0], new DataOutputStream(bytes));
      Object before = value(aggregate, cells);
      cells.parts[0] =
          aggregate.readPart(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      assertThat(value(aggregate, cells)).isEqualTo(before);
    }
  }

  @Property(tries = 40)
  void manyDistinctValuesAreSketchedTheSameInAnyOrder(@ForAll long seed) {
    var aggregate = new Distinct(EventText.SESSION_ID);
    var events = new ArrayList<>(Events.sessions(seed, 6_000));
    var whole = folded(aggregate, events);
    Collections.shuffle(events, new Random(seed));
    var merged = empty(aggregate);
    for (Cells part : parts(aggregate, events, new Random(seed))) {
      aggregate.merge(merged, 0, 0, part, 0, 0);
    }
    assertThat(value(aggregate, merged)).isEqualTo(value(aggregate, whole));
    double truth = events.stream().map(ShopEvent::sessionId).distinct().count();
    assertThat(aggregate.value(whole, 0, 0, AS_OF)).isBetween(truth * 0.93, truth * 1.07);
  }

  private static List<Cells> parts(Aggregate aggregate, List<ShopEvent> events, Random random) {
    var shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, random);
    var parts = new ArrayList<Cells>();
    int from = 0;
    while (from < shuffled.size()) {
      int to = from + 1 + random.nextInt(shuffled.size() - from);
      parts.add(folded(aggregate, shuffled.subList(from, to)));
      from = to;
    }
    return parts;
  }

  private static Cells empty(Aggregate aggregate) {
    var cells = new Cells(aggregate.numbers(), 1);
    aggregate.zero(cells, 0, 0);
    return cells;
  }

  private static Cells folded(Aggregate aggregate, List<ShopEvent> events) {
    var cells = empty(aggregate);
    events.forEach(event -> aggregate.add(cells, 0, 0, event));
    return cells;
  }

  private static Object value(Aggregate aggregate, Cells cells) {
    return aggregate.categorical()
        ? String.valueOf(aggregate.text(cells, 0, 0))
        : (Object) aggregate.value(cells, 0, 0, AS_OF);
  }
}
