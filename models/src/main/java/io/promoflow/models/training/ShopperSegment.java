package io.promoflow.models.training;

import java.time.Instant;

/** The segment of a shopper as of an example. */
record ShopperSegment(String shopperId, String segment, String modelVersion, Instant asOf) {}
