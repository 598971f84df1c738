package io.promoflow.features;

/**
 * The features of one entity at a moment, by position; {@link FeatureEngine#catalog} says which
 * stands where.
 *
 * @param key which one, e.g. the shopper's pseudonym
 * @param asOf end of the windows, exclusive, in milliseconds since 1970
 * @param values numeric features; NaN where missing or categorical
 * @param categories categorical features; null where missing or numeric
 */
public record FeatureVector(String key, long asOf, double[] values, String[] categories) {}
