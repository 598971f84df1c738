package io.promoflow.deploy.bench;

import java.util.Map;
import java.util.function.ToLongFunction;

/** Raw events decoded, ours with every check, per second of CPU. */
record DecodeRow(String name, Bar bar) implements BenchRow {
  /** About what one poll of a consumer gives. */
  private static final int EVENTS = 5_000;

  private static final long SEED = 20_260_105L;
  private static final int WARM_UP_SHARE = 3;
  private static final double NANOS = 1e9;

  @Override
  public String unit() {
    return "events/CPU s";
  }

  @Override
  public String rivalName() {
    return "Jackson databind";
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) {
    return new Prepared(
        Map.of(), "reused ObjectReader to a plain object with public fields, no checks", () -> {});
  }

  @Override
  public SideResult run(Side side, SideCall call) {
    byte[][] events = DecodeSides.events(EVENTS, SEED);
    ToLongFunction<byte[][]> decode = side == Side.OURS ? DecodeSides::ours : DecodeSides::jackson;
    repeat(decode, events, call.seconds() / (double) WARM_UP_SHARE);
    long cpu = Meter.cpuNanos();
    long rounds = repeat(decode, events, call.seconds());
    double cpuSeconds = (Meter.cpuNanos() - cpu) / NANOS;
    double decoded = (double) rounds * EVENTS;
    return new SideResult(
        decoded / cpuSeconds,
        cpuSeconds,
        Long.toHexString(decode.applyAsLong(events)),
        Map.of("events", decoded));
  }

  private static long repeat(ToLongFunction<byte[][]> decode, byte[][] events, double seconds) {
    long until = System.nanoTime() + (long) (seconds * NANOS);
    long rounds = 0;
    long unused = 0;
    do {
      unused += decode.applyAsLong(events);
      rounds++;
    } while (System.nanoTime() < until || unused == 1);
    return rounds;
  }
}
