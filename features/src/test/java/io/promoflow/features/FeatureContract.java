package io.promoflow.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.aggregate.Cells;
import io.promoflow.features.aggregate.Custom;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What every class on the {@link Feature} SPI must hold; extend it and say which class. */
public abstract class FeatureContract {

  /** The feature. */
  protected abstract Feature<?> feature();

  private List<ShopEvent> events(long seed) {
    return Events.random(seed, 60).stream()
        .filter(event -> feature().events().contains(event.type()))
        .toList();
  }

  @Test
  void isRegisteredUnderItsName() {
    assertThat(ServiceLoader.load(Feature.class))
        .anySatisfy(
            registered -> {
              assertThat(registered).hasSameClassAs(feature());
              assertThat(registered.name()).isEqualTo(feature().name()).matches("[a-z][a-z0-9_]*");
            });
  }

  @RepeatedTest(50)
  void partsInAnyOrderAreTheWhole(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    var events = new ArrayList<>(events(random.nextLong()));
    double whole = value(folded(events));
    Collections.shuffle(events, random);
    int cut = random.nextInt(events.size() + 1);
    Cells merged = folded(events.subList(cut, events.size()));
    custom().merge(merged, 0, 0, folded(events.subList(0, cut)), 0, 0);
    assertThat(value(merged)).isEqualTo(whole);
  }

  @RepeatedTest(20)
  void mergingSharesNothing(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Cells other = folded(events(seed));
    double before = value(other);
    var into = new Cells(0, 1);
    custom().merge(into, 0, 0, other, 0, 0);
    events(seed + 1).forEach(event -> custom().add(into, 0, 0, event));
    assertThat(value(other)).isEqualTo(before);
  }

  @RepeatedTest(20)
  void whatIsWrittenIsReadAgain(RepetitionInfo repetition) throws IOException {
    Cells cells = folded(events(repetition.getCurrentRepetition()));
    if (cells.parts[0] != null) {
      double before = value(cells);
      var bytes = new ByteArrayOutputStream();
      custom().writePart(cells.parts[0], new DataOutputStream(bytes));
      cells.parts[0] =
          custom().readPart(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      assertThat(value(cells)).isEqualTo(before);
    }
  }

  private Custom custom() {
    return new Custom(feature());
  }

  private Cells folded(List<ShopEvent> events) {
    var cells = new Cells(0, 1);
    events.forEach(event -> custom().add(cells, 0, 0, event));
    return cells;
  }

  private double value(Cells cells) {
    return custom().value(cells, 0, 0, Events.END);
  }
}
