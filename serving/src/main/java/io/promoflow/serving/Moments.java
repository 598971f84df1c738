package io.promoflow.serving;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.Trigger;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which moments in a shopper's events ask for a decision.
 *
 * @param triggers the ones that are asked for
 * @param abandonedAfter a cart without an order for this long after its last add is abandoned
 * @param visitGap this long without an event ends a visit
 */
public record Moments(Set<Trigger> triggers, Duration abandonedAfter, Duration visitGap)
    implements Serializable {

  public static final Option<Set<Trigger>> TRIGGERS =
      new Option<>(
          "serving.triggers",
          "triggers",
          "VISIT,CART_ADD,ABANDONED_CART",
          "moments in the events that the job decides at, separated by commas",
          false,
          Moments::parse);
  public static final Option<Duration> ABANDONED_AFTER =
      Option.duration(
          "serving.abandoned-after",
          "PT1H",
          "time after the last cart add without an order until the cart counts as abandoned");
  public static final Option<Duration> VISIT_GAP =
      Option.duration("serving.visit-gap", "PT30M", "time without an event that ends a visit");

  public static final List<Option<?>> ALL = List.of(TRIGGERS, ABANDONED_AFTER, VISIT_GAP);

  public static Moments from(Settings settings) {
    return new Moments(
        settings.get(TRIGGERS), settings.get(ABANDONED_AFTER), settings.get(VISIT_GAP));
  }

  private static Set<Trigger> parse(String text) {
    var triggers = EnumSet.noneOf(Trigger.class);
    for (String name : text.split(",", -1)) {
      try {
        triggers.add(Trigger.valueOf(name.trim()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "must be some of " + Arrays.toString(Trigger.values()), e);
      }
    }
    return triggers;
  }

  /** What an event leads to: the activity after it and the decisions it asks for, in order. */
  public record Step(ShopperActivity after, List<DecisionRequest> requests) {}

  /**
   * Folds an event. An abandonment that fell due before the event is asked for first, so that the
   * outcome does not depend on whether its timer or the event is seen first.
   */
  public Step on(ShopperActivity before, ShopEvent event) {
    var requests = new ArrayList<DecisionRequest>();
    Step overdue = due(before, event.shopperId(), event.at());
    requests.addAll(overdue.requests());
    boolean visit = startsVisit(before, event);
    ShopperActivity now = overdue.after().seen(event.at(), event.sessionId());
    ShopperActivity after = fold(now, event);
    if (visit) {
      request(requests, Trigger.VISIT, event, after.cart());
    }
    if (addsToCart(event)) {
      request(requests, Trigger.CART_ADD, event, after.cart());
    }
    return new Step(after, requests);
  }

  /** Asks for the abandoned cart that is due at a moment, if any. */
  public Step due(ShopperActivity before, String shopperId, Instant now) {
    if (before.abandonedAt() == null || now.isBefore(before.abandonedAt())) {
      return new Step(before, List.of());
    }
    var requests = new ArrayList<DecisionRequest>();
    if (triggers.contains(Trigger.ABANDONED_CART)) {
      requests.add(
          new DecisionRequest(
              before.lastAddId(),
              Trigger.ABANDONED_CART,
              shopperId,
              before.abandonedAt(),
              before.cart()));
    }
    return new Step(before.nothingPending(), requests);
  }

  private ShopperActivity fold(ShopperActivity now, ShopEvent event) {
    return switch (event.type()) {
      case ADDED_TO_CART -> added(now.withCart(now.cart().add(event)), event);
      case REMOVED_FROM_CART -> now.withCart(now.cart().remove(event));
      case ORDER_PLACED -> ordered(now, event);
      default -> now;
    };
  }

  private ShopperActivity added(ShopperActivity now, ShopEvent event) {
    Instant due = event.at().plus(abandonedAfter);
    boolean later = now.abandonedAt() == null || !due.isBefore(now.abandonedAt());
    return triggers.contains(Trigger.ABANDONED_CART) && later
        ? now.pending(event.eventId(), due)
        : now;
  }

  private ShopperActivity ordered(ShopperActivity now, ShopEvent event) {
    ShopperActivity after = now.withCart(now.cart().ordered(event.at()));
    boolean answered =
        after.abandonedAt() != null
            && !event.at().isBefore(after.abandonedAt().minus(abandonedAfter));
    return answered ? after.nothingPending() : after;
  }

  private boolean startsVisit(ShopperActivity before, ShopEvent event) {
    if (before.lastAt() == null) {
      return true;
    }
    if (event.at().isBefore(before.lastAt())) {
      return false;
    }
    boolean otherSession =
        event.sessionId() != null && !event.sessionId().equals(before.sessionId());
    return otherSession || event.at().isAfter(before.lastAt().plus(visitGap));
  }

  private static boolean addsToCart(ShopEvent event) {
    return event.type() == ShopEventType.ADDED_TO_CART;
  }

  private void request(List<DecisionRequest> into, Trigger trigger, ShopEvent event, Cart cart) {
    if (triggers.contains(trigger)) {
      into.add(
          new DecisionRequest(
              event.eventId(),
              trigger,
              event.shopperId(),
              event.at(),
              cart,
              null,
              event.memberLevel()));
    }
  }
}
