package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CategoryRevenue.Slice;
import java.time.Instant;

/**
 * What one promotion's lines brought in a category on one day.
 *
 * @param slice which promotion, category and day
 * @param revenueCents of lines that name the promotion; 0 takes the row out of the table
 * @param categoryRevenueCents of all lines in the category
 * @param writtenAtWall wall clock
 */
public record CategoryRow(
    Slice slice, long revenueCents, long categoryRevenueCents, Instant writtenAtWall) {}
