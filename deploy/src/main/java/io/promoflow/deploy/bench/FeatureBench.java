package io.promoflow.deploy.bench;

import java.util.List;

/** The feature engine against Flink's own windows and against what people write by hand. */
final class FeatureBench implements Bench {
  private static final Load SPARSE = new Load(1_000, 8, 24);
  private static final Load DENSE = new Load(250, 128, 24);

  @Override
  public String name() {
    return "features";
  }

  @Override
  public List<BenchRow> rows() {
    return List.of(
        sliding("sliding sparse", ">= 12", SPARSE), sliding("sliding dense", ">= 25", DENSE));
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
}
