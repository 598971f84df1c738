package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.OutcomeValue;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.Serializable;
import java.time.Instant;
import java.util.function.Function;
import org.apache.flink.api.connector.sink2.Sink;

/** Sinks on the tables of single shoppers; to forget a shopper is a row without the second key. */
final class FactTables {
  private FactTables() {}

  private interface OfExposure extends Function<Exposure, Object>, Serializable {}

  private interface OfOutcome extends Function<Outcome, Object>, Serializable {}

  private interface OfValue extends Function<OutcomeValue, Object>, Serializable {}

  static Sink<ExposureFact> exposures(Postgres postgres) {
    return new TableSink<ExposureFact>("evaluation.shopper_exposures", "s.variant IS NULL")
        .key("shopper", "text", ExposureFact::shopperId)
        .keyOrAll("experiment", "text", exposed(Exposure::experimentId))
        .column("variant", "text", exposed(exposure -> exposure.first().variant()))
        .column("segment", "text", exposed(exposure -> exposure.first().segment()))
        .column(
            "exposed_at",
            "timestamptz",
            exposed(exposure -> Instant.ofEpochMilli(exposure.first().atMillis())))
        .column("contaminated", "boolean", ExposureFact::contaminated)
        .column("rule_version", "bigint", exposed(exposure -> exposure.first().ruleVersion()))
        .column("written_at_wall", "timestamptz", ExposureFact::writtenAtWall)
        .sink(postgres);
  }

  static Sink<OutcomeFact> outcomes(Postgres postgres) {
    return new TableSink<OutcomeFact>("evaluation.shopper_outcomes", "s.revenue_cents IS NULL")
        .key("shopper", "text", OutcomeFact::shopperId)
        .keyOrAll("event", "text", happened(Outcome::eventId))
        .column("at", "timestamptz", happened(o -> Instant.ofEpochMilli(o.atMillis())))
        .column("type", "text", happened(outcome -> outcome.type().name()))
        .column("order_id", "text", happened(Outcome::orderId))
        .column("promotion", "text", happened(Outcome::promotionId))
        .column("category", "text", happened(Outcome::category))
        .column("revenue_cents", "bigint", added(OutcomeValue::revenueCents))
        .column("profit_cents", "bigint", added(OutcomeValue::profitCents))
        .column("discount_cents", "bigint", added(OutcomeValue::discountCents))
        .column("orders", "smallint", added(OutcomeValue::orders))
        .column("views", "smallint", added(OutcomeValue::views))
        .column("clicks", "smallint", added(OutcomeValue::clicks))
        .column("written_at_wall", "timestamptz", OutcomeFact::writtenAtWall)
        .sink(postgres);
  }

  private static TableSink.Value<ExposureFact> exposed(OfExposure of) {
    return fact -> fact.isForgotten() ? null : of.apply(fact.exposure());
  }

  private static TableSink.Value<OutcomeFact> happened(OfOutcome of) {
    return fact -> fact.outcome() == null ? null : of.apply(fact.outcome());
  }

  private static TableSink.Value<OutcomeFact> added(OfValue of) {
    return fact -> fact.isForgotten() ? null : of.apply(fact.value());
  }
}
