package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.EventParser;
import io.promoflow.ingestion.ParseResult;
import io.promoflow.ingestion.ParserLimits;
import io.promoflow.ingestion.schema.RejectedEvent;
import io.promoflow.ingestion.schema.RejectionReason;
import java.time.Clock;
import java.util.Arrays;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Raw bytes in; valid events out, refused ones by the side door with their reason. */
final class ParseFunction extends ProcessFunction<RawRecord, AcceptedEvent> {
  private static final long serialVersionUID = 1L;
  static final OutputTag<RejectedEvent> REJECTED = new OutputTag<>("rejected") {};

  private final ParserLimits limits;
  private final int keptBytes;
  private final Clock clock;
  private transient EventParser parser;

  ParseFunction(ParserLimits limits, int keptBytes, Clock clock) {
    this.limits = limits;
    this.keptBytes = keptBytes;
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    parser = new EventParser(limits, clock);
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<AcceptedEvent> out) {
    ParseResult result = parse(raw);
    if (result instanceof ParseResult.Accepted accepted) {
      out.collect(new AcceptedEvent(accepted.rawEventId(), accepted.events()));
    } else if (result instanceof ParseResult.Rejected rejected) {
      context.output(REJECTED, event(rejected, raw));
    }
  }

  private ParseResult parse(RawRecord raw) {
    return raw.unmappable() == null
        ? parser.parse(raw.value())
        : new ParseResult.Rejected(RejectionReason.UNMAPPABLE_ROW, "$", raw.unmappable());
  }

  private RejectedEvent event(ParseResult.Rejected rejected, RawRecord raw) {
    byte[] original = raw.value();
    String detail = rejected.detail();
    if (original.length > keptBytes) {
      detail = "first " + keptBytes + " of " + original.length + " bytes kept; " + detail;
      original = Arrays.copyOf(original, keptBytes);
    }
    return new RejectedEvent(
        rejected.reason(), rejected.path(), detail, original, clock.instant(), raw.source());
  }
}
