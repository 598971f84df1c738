package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.flink.EvaluationJob.Inputs;
import io.promoflow.evaluation.flink.EvaluationJob.Outputs;
import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.time.Clock;

/** Where what the job computes goes: tables, and a topic for proposals. */
final class ResultSinks {
  private ResultSinks() {}

  static void attach(Inputs inputs, Outputs out, EvaluationOptions options) {
    Postgres postgres = options.connections().postgres();
    results(out, postgres);
    whoCounts(out, postgres);
    promotions(out, postgres);
    if (options.shopperFacts()) {
      facts(inputs, options, postgres);
    }
    adjustments(inputs, out, options);
  }

  private static void results(Outputs out, Postgres postgres) {
    out.results()
        .filter(row -> row.segment().equals(ResultRow.ALL_SEGMENTS))
        .name("over all segments")
        .uid("over-all-segments")
        .sinkTo(EvaluationTables.experimentResults(postgres))
        .name("experiment results")
        .uid("experiment-results-sink");
    out.results()
        .filter(row -> !row.segment().equals(ResultRow.ALL_SEGMENTS))
        .name("by segment")
        .uid("by-segment")
        .sinkTo(EvaluationTables.segmentResults(postgres))
        .name("segment results")
        .uid("segment-results-sink");
    out.results()
        .sinkTo(EvaluationTables.resultHistory(postgres))
        .name("result history")
        .uid("result-history-sink");
    out.sampleRatios()
        .sinkTo(EvaluationTables.sampleRatioChecks(postgres))
        .name("sample ratio checks")
        .uid("sample-ratio-checks-sink");
    out.segmentRatios()
        .sinkTo(EvaluationTables.segmentRatioChecks(postgres))
        .name("segment ratio checks")
        .uid("segment-ratio-checks-sink");
    out.judgements()
        .sinkTo(EvaluationTables.judgements(postgres))
        .name("judgements")
        .uid("judgements-sink");
  }

  private static void whoCounts(Outputs out, Postgres postgres) {
    out.populations()
        .sinkTo(EvaluationTables.populationResults(postgres))
        .name("population results")
        .uid("population-results-sink");
    out.populationRatios()
        .sinkTo(EvaluationTables.populationRatioChecks(postgres))
        .name("population ratio checks")
        .uid("population-ratio-checks-sink");
    out.shown()
        .sinkTo(EvaluationTables.shownDecisions(postgres))
        .name("shown decisions")
        .uid("shown-decisions-sink");
    out.contamination()
        .sinkTo(EvaluationTables.contaminatedUnits(postgres))
        .name("contaminated units")
        .uid("contaminated-units-sink");
  }

  private static void promotions(Outputs out, Postgres postgres) {
    out.promotions()
        .sinkTo(PromotionTables.outcomes(postgres))
        .name("promotion outcomes")
        .uid("promotion-outcomes-sink");
    out.categories()
        .sinkTo(PromotionTables.categoryShares(postgres))
        .name("category shares")
        .uid("category-shares-sink");
    out.returns()
        .sinkTo(PromotionTables.incrementalReturns(postgres))
        .name("incremental returns")
        .uid("incremental-returns-sink");
  }

  private static void facts(Inputs inputs, EvaluationOptions options, Postgres postgres) {
    var facts = EvaluationJob.facts(inputs, options, Clock.systemUTC());
    facts
        .sinkTo(FactTables.outcomes(postgres))
        .name("shopper outcomes")
        .uid("shopper-outcomes-sink");
    facts
        .getSideOutput(ShopperFacts.EXPOSURES)
        .sinkTo(FactTables.exposures(postgres))
        .name("shopper exposures")
        .uid("shopper-exposures-sink");
  }

  private static void adjustments(Inputs inputs, Outputs out, EvaluationOptions options) {
    var connections = options.connections();
    out.proposals()
        .sinkTo(
            Topics.sink(
                connections,
                connections.topics().strategyAdjustments(),
                StrategyAdjustment::experimentId))
        .name("proposed adjustments")
        .uid("proposed-adjustments-sink");
    inputs
        .adjustments()
        .sinkTo(EvaluationTables.strategyAdjustments(connections.postgres()))
        .name("adjustment statuses")
        .uid("adjustment-statuses-sink")
        .setParallelism(1);
  }
}
