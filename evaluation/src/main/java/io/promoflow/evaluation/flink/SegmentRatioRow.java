package io.promoflow.evaluation.flink;

/**
 * The sample-ratio check of one experiment within one segment.
 *
 * @param segment id
 * @param check as over everybody
 */
public record SegmentRatioRow(String segment, SampleRatioRow check) {}
