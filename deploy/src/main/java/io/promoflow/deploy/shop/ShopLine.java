package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.ledger.Answer;
import io.promoflow.deploy.shop.ledger.Question;
import io.promoflow.deploy.shop.ledger.SentEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that connects the shop with the platform: two topics and one HTTP address. */
public interface ShopLine extends AutoCloseable {
  /** Where the shop's topics end now, by {@code topic/partition}. */
  Map<String, Long> ends();

  /** Places of the half-day's events that were sent since the topics ended there. */
  Set<Integer> sentSince(Map<String, Long> offsets, int phase);

  /** Sends events in their order; returns when they are all acknowledged. */
  void send(int phase, List<SentEvent> events);

  /** Asks over HTTP, many at a time. */
  List<Answer> ask(List<Question> questions);

  /** Waits for the first decision on each of these events. */
  List<Answer> decisions(Set<String> eventIds, Map<String, Long> offsets);

  /** One shopper per partition of the decisions, so that a moment can be told to all of them. */
  List<String> oneShopperPerPartition(List<String> shoppers);

  @Override
  void close();
}
