package io.promoflow.models.training;

import java.util.List;

/**
 * All that came of a window.
 *
 * @param results one per model
 * @param shoppers segments of the shoppers by the segmentation in force
 * @param profiles of the segments that were published or wait for it; empty when none were
 * @param importances of the propensity that was published or waits for it; empty when none was
 */
record WindowRecord(
    List<TrainingResult> results,
    List<ShopperSegment> shoppers,
    List<SegmentProfile> profiles,
    List<FeatureImportance> importances) {}
