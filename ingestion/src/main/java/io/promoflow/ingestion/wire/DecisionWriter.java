package io.promoflow.ingestion.wire;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Contribution;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The quick way to write a {@link Decision}: the same fields in the same order as databind writes
 * them; numbers may have another form of the same value.
 */
final class DecisionWriter {
  private static final int USUAL_BYTES = 2_048;
  private static final byte[] DECISION_ID = name("decisionId");
  private static final byte[] REQUEST_ID = name("requestId");
  private static final byte[] TRIGGER = name("trigger");
  private static final byte[] SHOPPER_ID = name("shopperId");
  private static final byte[] AT = name("at");
  private static final byte[] CART_CENTS = name("cartCents");
  private static final byte[] SEGMENT = name("segment");
  private static final byte[] PROPENSITY = name("propensity");
  private static final byte[] EXPERIMENT_ID = name("experimentId");
  private static final byte[] VARIANT = name("variant");
  private static final byte[] PROMOTION_ID = name("promotionId");
  private static final byte[] PROBABILITY = name("probability");
  private static final byte[] EXPECTED_COST = name("expectedCostCents");
  private static final byte[] CANDIDATES = name("candidates");
  private static final byte[] SCORE = name("score");
  private static final byte[] LOSS = name("loss");
  private static final byte[] DETAIL = name("detail");
  private static final byte[] COST = name("costCents");
  private static final byte[] GAIN = name("gainCents");
  private static final byte[] USE = name("use");
  private static final byte[] PRICE = name("priceCents");
  private static final byte[] RULE_VERSION = name("ruleVersion");
  private static final byte[] MODEL_VERSIONS = name("modelVersions");
  private static final byte[] FEATURES_VERSION = name("featuresVersion");
  private static final byte[] FEATURES_AS_OF = name("featuresAsOf");
  private static final byte[] CONTRIBUTIONS = name("contributions");
  private static final byte[] FEATURE = name("feature");
  private static final byte[] ADDED = name("added");
  private static final byte[] PRICES_VERSION = name("pricesVersion");
  private static final byte[] STALE = name("stale");
  private static final byte[] LOSSES = name("losses");
  private static final byte[] TRIGGERED = name("triggered");
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private static final ThreadLocal<JsonBuffer> BUFFERS =
      ThreadLocal.withInitial(() -> new JsonBuffer(USUAL_BYTES));

  private final JsonBuffer json;

  private DecisionWriter(JsonBuffer json) {
    this.json = json;
  }

  private static byte[] name(String name) {
    return ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
  }

  /** The decision as JSON, or null when databind has to write it. */
  static byte[] bytes(Decision decision) {
    JsonBuffer buffer = BUFFERS.get();
    buffer.clear();
    try {
      new DecisionWriter(buffer).write(decision);
      return buffer.toBytes();
    } catch (Unusual e) {
      return null;
    }
  }

  private void write(Decision d) throws Unusual {
    json.mark('{');
    text(DECISION_ID, d.decisionId());
    text(REQUEST_ID, d.requestId());
    text(TRIGGER, d.trigger() == null ? null : d.trigger().name());
    text(SHOPPER_ID, d.shopperId());
    time(AT, d.at());
    whole(CART_CENTS, d.cartCents());
    text(SEGMENT, d.segment());
    number(PROPENSITY, d.propensity());
    text(EXPERIMENT_ID, d.experimentId());
    text(VARIANT, d.variant());
    text(PROMOTION_ID, d.promotionId());
    number(PROBABILITY, d.probability());
    whole(EXPECTED_COST, d.expectedCostCents());
    candidates(d.candidates());
    whole(RULE_VERSION, d.ruleVersion());
    texts(MODEL_VERSIONS, d.modelVersions());
    text(FEATURES_VERSION, d.featuresVersion());
    time(FEATURES_AS_OF, d.featuresAsOf());
    contributions(d.contributions());
    text(PRICES_VERSION, d.pricesVersion());
    flag(STALE, d.stale());
    text(LOSSES, d.losses());
    flag(TRIGGERED, d.triggered());
    json.mark('}');
  }

  private void candidates(List<Candidate> candidates) throws Unusual {
    if (candidates == null) {
      return;
    }
    field(CANDIDATES);
    json.mark('[');
    for (Candidate one : candidates) {
      open();
      text(PROMOTION_ID, one.promotionId());
      number(SCORE, one.score());
      text(LOSS, one.loss() == null ? null : one.loss().name());
      text(DETAIL, one.detail());
      whole(COST, one.costCents());
      number(GAIN, one.gainCents());
      number(USE, one.use());
      number(PRICE, one.priceCents());
      json.mark('}');
    }
    json.mark(']');
  }

  private void contributions(List<Contribution> contributions) throws Unusual {
    if (contributions == null) {
      return;
    }
    field(CONTRIBUTIONS);
    json.mark('[');
    for (Contribution one : contributions) {
      open();
      text(FEATURE, one.feature());
      number(ADDED, one.added());
      json.mark('}');
    }
    json.mark(']');
  }

  private void texts(byte[] name, Map<String, String> texts) throws Unusual {
    if (texts == null) {
      return;
    }
    field(name);
    json.mark('{');
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      if (entry.getValue() == null) {
        throw Unusual.here();
      }
      comma();
      json.text(entry.getKey());
      json.mark(':');
      json.text(entry.getValue());
    }
    json.mark('}');
  }

  private void open() {
    comma();
    json.mark('{');
  }

  private void comma() {
    if (!json.endsOpen()) {
      json.mark(',');
    }
  }

  private void field(byte[] name) {
    comma();
    json.ready(name);
  }

  private void text(byte[] name, String text) throws Unusual {
    if (text != null) {
      field(name);
      json.text(text);
    }
  }

  private void time(byte[] name, Instant moment) throws Unusual {
    if (moment != null) {
      field(name);
      json.time(moment);
    }
  }

  private void number(byte[] name, Double number) throws Unusual {
    if (number != null) {
      field(name);
      json.number(number);
    }
  }

  private void flag(byte[] name, Boolean flag) {
    if (flag != null) {
      field(name);
      json.ready(flag ? TRUE : FALSE);
    }
  }

  private void whole(byte[] name, Long number) {
    if (number != null) {
      field(name);
      json.whole(number);
    }
  }
}
