package io.promoflow.deploy.bench;

import java.util.List;

/** The feature engine against Flink's own windows and against what people write by hand. */
final class FeatureBench implements Bench {
  private static final Load SPARSE = new Load(1_000, 8, 24);
  private static final Load DENSE = new Load(250, 128, 24);
  private static final Load LONG = new Load(100, 8, 288);
  // the topic is as long as the faster side takes about the asked seconds
  private static final int TEXTBOOK_SLIDES_PER_SECOND = 12;
  private static final int LONG_SLIDES_PER_SECOND = 120;
  private static final int CONSUMER_SLIDES_PER_SECOND = 40;
  private static final Load MANY_SHOPPERS = new Load(4_000, 8, 24);

  @Override
  public String name() {
    return "features";
  }

  @Override
  public List<BenchRow> rows() {
    return List.of(
        sliding("sliding sparse", ">= 12", SPARSE),
        sliding("sliding dense", ">= 25", DENSE),
        new HopRow("hop 24", Bar.of(">= 3.5"), SPARSE),
        new HopRow("hop 288", Bar.of(">= 10"), LONG),
        longAgainstShort(),
        new StateRow("state bytes", Bar.of("<= 0.5"), MANY_SHOPPERS),
        new TextbookRow("textbook", Bar.of(">= 10"), LONG, LONG_SLIDES_PER_SECOND),
        new TextbookRow("textbook 24", Bar.of("goal >= 10"), SPARSE, TEXTBOOK_SLIDES_PER_SECOND),
        new ConsumerRow("bare consumer", Bar.of("goal >= 0.8"), SPARSE, CONSUMER_SLIDES_PER_SECOND),
        new DecodeRow("decode", Bar.of(">= 3")),
        new WriteRow("writes", Bar.of(">= 2")));
  }

  private static BenchRow sliding(String name, String bar, Load load) {
    return new StreamRow(
        name,
        Bar.of(bar),
        WindowSide.NAME,
        WindowSide.CONFIGURATION,
        load,
        load,
        EngineSide.whole(),
        new WindowSide());
  }

  private static BenchRow longAgainstShort() {
    return new StreamRow(
        "288 against 1",
        Bar.of(">= 0.85"),
        "ours with a window of 1 slide",
        "same engine, same events; who and when of the rows is compared",
        LONG,
        LONG.withWindow(1),
        EngineSide.rowsOnly(),
        EngineSide.rowsOnly());
  }
}
