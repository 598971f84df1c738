package io.promoflow.models.training;

import java.util.List;

/**
 * All that came of a window.
 *
 * @param results one per model
 * @param shoppers segments of the shoppers by the segmentation in force
 * @param profiles of the published segments; empty when none were
 * @param importances of the published propensity; empty when none was
 */
record WindowRecord(
    List<TrainingResult> results,
    List<ShopperSegment> shoppers,
    List<SegmentProfile> profiles,
    List<FeatureImportance> importances) {}
