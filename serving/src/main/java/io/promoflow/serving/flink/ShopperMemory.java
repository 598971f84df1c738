package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.serving.Caps;
import io.promoflow.serving.RememberedOffers;
import io.promoflow.serving.ShopperActivity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/** The keyed state of the decision operator: what is remembered of the current shopper. */
final class ShopperMemory {
  /** A row below the newest usable one, for events that come a little late. */
  private static final int OLDER_ROWS = 1;

  /** Offers that wait for their moment; of more the older ones count at once. */
  private static final int MOST_TOLD = 100;

  private final ValueState<ShopperActivity> activity;
  private final MapState<Long, FeatureRow> rows;
  private final MapState<String, Integer> offers;
  private final MapState<String, List<Long>> offerTimes;

  /** By decision, what lies ahead of the decisions made here; absent in savepoints of before. */
  private final MapState<String, ToldOffer> told;

  private final MapState<String, Boolean> seen;
  private final ListState<ShopEvent> waiting;
  private final ServingOptions options;

  ShopperMemory(RuntimeContext context, ServingOptions options) {
    this.options = options;
    var activityState =
        new ValueStateDescriptor<>("activity", TypeInformation.of(ShopperActivity.class));
    var rowState =
        new MapStateDescriptor<>("feature-rows", Types.LONG, TypeInformation.of(FeatureRow.class));
    var offerState = new MapStateDescriptor<>("offers", Types.STRING, Types.INT);
    var offerTimeState =
        new MapStateDescriptor<>("offer-times", Types.STRING, Types.LIST(Types.LONG));
    var toldState =
        new MapStateDescriptor<>("told-offers", Types.STRING, TypeInformation.of(ToldOffer.class));
    var seenState = new MapStateDescriptor<>("seen-events", Types.STRING, Types.BOOLEAN);
    var waitingState =
        new ListStateDescriptor<>("waiting-events", TypeInformation.of(ShopEvent.class));
    activityState.enableTimeToLive(ttl(options.stateTtl()));
    rowState.enableTimeToLive(ttl(options.stateTtl()));
    offerState.enableTimeToLive(ttl(options.stateTtl()));
    offerTimeState.enableTimeToLive(ttl(options.stateTtl()));
    toldState.enableTimeToLive(ttl(options.stateTtl()));
    seenState.enableTimeToLive(ttl(options.repeatWindow()));
    waitingState.enableTimeToLive(ttl(options.stateTtl()));
    activity = context.getState(activityState);
    rows = context.getMapState(rowState);
    offers = context.getMapState(offerState);
    offerTimes = context.getMapState(offerTimeState);
    told = context.getMapState(toldState);
    seen = context.getMapState(seenState);
    waiting = context.getListState(waitingState);
  }

  private static StateTtlConfig ttl(Duration time) {
    return StateTtlConfig.newBuilder(time).build();
  }

  ShopperActivity activity() throws Exception {
    ShopperActivity value = activity.value();
    return value == null ? ShopperActivity.NONE : value;
  }

  void activity(ShopperActivity value) throws Exception {
    activity.update(value);
  }

  /**
   * Whether an event that changes the cart was handled before. Others change nothing when they come
   * again, so they are not remembered.
   */
  boolean isRepeat(ShopEvent event) throws Exception {
    switch (event.type()) {
      case ADDED_TO_CART, REMOVED_FROM_CART, ORDER_PLACED -> {
        if (seen.contains(event.eventId())) {
          return true;
        }
        seen.put(event.eventId(), true);
        return false;
      }
      default -> {
        return false;
      }
    }
  }

  Stream<FeatureRow> rows() throws Exception {
    var all = new ArrayList<FeatureRow>();
    rows.values().forEach(all::add);
    return all.stream();
  }

  /** Keeps a row and forgets the ones that no decision can use any more. */
  void remember(FeatureRow row, long watermark) throws Exception {
    rows.put(row.asOf().toEpochMilli(), row);
    long usable = watermark - options.featuresLag().toMillis();
    var times = new TreeMap<Long, Boolean>();
    rows.keys().forEach(time -> times.put(time, true));
    int passed = watermark == Long.MIN_VALUE ? 0 : times.headMap(usable, true).size();
    int surplus =
        Math.max(passed - 1 - OLDER_ROWS, times.size() - Math.max(1, options.featureRows()));
    for (int i = 0; i < surplus; i++) {
      rows.remove(times.pollFirstEntry().getKey());
    }
  }

  /**
   * Takes in an offer that the log tells of. It counts for decisions of a later moment only, so
   * that a job that goes on from its checkpoint, and reads what it told after it before it decides
   * that again, decides the same.
   */
  void told(ToldOffer offer, long watermark) throws Exception {
    List<Long> ours = offerTimes.get(offer.promotionId());
    if (ours == null || !ours.contains(offer.at())) { // else the job's own that came back
      told.put(offer.decisionId(), offer);
    }
    List<Long> ahead = countToldUntil(watermark);
    if (ahead.size() > MOST_TOLD) {
      Collections.sort(ahead);
      countToldUntil(ahead.get(ahead.size() - 1 - MOST_TOLD / 2));
    }
  }

  /** The moments of those that are left. */
  private List<Long> countToldUntil(long millis) throws Exception {
    var left = new ArrayList<Long>();
    var entries = told.iterator();
    while (entries.hasNext()) {
      ToldOffer one = entries.next().getValue();
      if (one.at() <= millis) {
        entries.remove();
        offered(one.promotionId(), one.at());
      } else {
        left.add(one.at());
      }
    }
    return left;
  }

  /**
   * What the shopper was offered before a moment; what nobody kept the moments of counts always.
   */
  Caps caps(Instant at) throws Exception {
    var unused = countToldUntil(at.toEpochMilli() - 1);
    var counts = new HashMap<String, Integer>();
    offers.entries().forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    var times = new HashMap<String, List<Long>>();
    offerTimes.entries().forEach(entry -> times.put(entry.getKey(), entry.getValue()));
    return new RememberedOffers(counts, times);
  }

  /** Counts what was decided here, or what the log tells was decided by the same id before. */
  void decided(Decision decision) throws Exception {
    ToldOffer first = told.get(decision.decisionId());
    if (first != null) {
      told.remove(decision.decisionId());
      offered(first.promotionId(), first.at());
    } else if (decision.promotionId() != null) {
      offered(decision.promotionId(), decision.at().toEpochMilli());
    }
  }

  private void offered(String promotionId, long at) throws Exception {
    Integer before = offers.get(promotionId);
    offers.put(promotionId, before == null ? 1 : before + 1);
    List<Long> known = offerTimes.get(promotionId);
    var times = new ArrayList<Long>(known == null ? List.of() : known);
    times.add(at);
    Collections.sort(times);
    int surplus = Math.max(0, times.size() - RememberedOffers.MOST_TIMES);
    offerTimes.put(promotionId, new ArrayList<>(times.subList(surplus, times.size())));
  }

  boolean isNobodyWaiting() throws Exception {
    return !waiting.get().iterator().hasNext();
  }

  /** Lets an event wait; returns the ones that waited before it when there are too many. */
  List<ShopEvent> await(ShopEvent event) throws Exception {
    var before = new ArrayList<ShopEvent>();
    waiting.get().forEach(before::add);
    List<ShopEvent> overflow = before.size() >= options.waitingEvents() ? takeWaiting() : List.of();
    waiting.add(event);
    return overflow;
  }

  List<ShopEvent> takeWaiting() throws Exception {
    var all = new ArrayList<ShopEvent>();
    waiting.get().forEach(all::add);
    if (!all.isEmpty()) {
      waiting.clear();
    }
    return all;
  }
}
