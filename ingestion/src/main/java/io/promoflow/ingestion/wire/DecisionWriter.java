package io.promoflow.ingestion.wire;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Contribution;
import io.promoflow.ingestion.wire.JsonBuffer.Piece;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The quick way to write a {@link Decision}: the same fields in the same order as databind writes
 * them; numbers may have another form of the same value.
 */
final class DecisionWriter {
  private static final int USUAL_BYTES = 2_048;
  private static final Piece DECISION_ID = name("decisionId");
  private static final Piece REQUEST_ID = name("requestId");
  private static final Piece TRIGGER = name("trigger");
  private static final Piece SHOPPER_ID = name("shopperId");
  private static final Piece AT = name("at");
  private static final Piece CART_CENTS = name("cartCents");
  private static final Piece SEGMENT = name("segment");
  private static final Piece PROPENSITY = name("propensity");
  private static final Piece EXPERIMENT_ID = name("experimentId");
  private static final Piece VARIANT = name("variant");
  private static final Piece PROMOTION_ID = name("promotionId");
  private static final Piece PROBABILITY = name("probability");
  private static final Piece EXPECTED_COST = name("expectedCostCents");
  private static final Piece CANDIDATES = name("candidates");
  private static final Piece SCORE = name("score");
  private static final Piece LOSS = name("loss");
  private static final Piece DETAIL = name("detail");
  private static final Piece COST = name("costCents");
  private static final Piece GAIN = name("gainCents");
  private static final Piece USE = name("use");
  private static final Piece PRICE = name("priceCents");
  private static final Piece RULE_VERSION = name("ruleVersion");
  private static final Piece MODEL_VERSIONS = name("modelVersions");
  private static final Piece FEATURES_VERSION = name("featuresVersion");
  private static final Piece FEATURES_AS_OF = name("featuresAsOf");
  private static final Piece CONTRIBUTIONS = name("contributions");
  private static final Piece FEATURE = name("feature");
  private static final Piece ADDED = name("added");
  private static final Piece PRICES_VERSION = name("pricesVersion");
  private static final Piece STALE = name("stale");
  private static final Piece LOSSES = name("losses");
  private static final Piece TRIGGERED = name("triggered");
  private static final Piece TRUE = new Piece("true");
  private static final Piece FALSE = new Piece("false");

  private static final ThreadLocal<DecisionWriter> WRITERS =
      ThreadLocal.withInitial(DecisionWriter::new);

  private final JsonBuffer json = new JsonBuffer(USUAL_BYTES);
  private final KnownTexts known = new KnownTexts();

  private DecisionWriter() {}

  private static Piece name(String name) {
    return new Piece(",\"" + name + "\":");
  }

  /** The decision as JSON, or null when databind has to write it. */
  static byte[] bytes(Decision decision) {
    DecisionWriter writer = WRITERS.get();
    writer.json.clear();
    try {
      writer.write(decision);
      return writer.json.toBytes();
    } catch (Unusual e) {
      return null;
    }
  }

  private void write(Decision d) throws Unusual {
    int begun = json.begin();
    text(DECISION_ID, d.decisionId());
    text(REQUEST_ID, d.requestId());
    known(TRIGGER, d.trigger() == null ? null : d.trigger().name());
    text(SHOPPER_ID, d.shopperId());
    time(AT, d.at());
    whole(CART_CENTS, d.cartCents());
    known(SEGMENT, d.segment());
    number(PROPENSITY, d.propensity());
    known(EXPERIMENT_ID, d.experimentId());
    known(VARIANT, d.variant());
    known(PROMOTION_ID, d.promotionId());
    number(PROBABILITY, d.probability());
    whole(EXPECTED_COST, d.expectedCostCents());
    candidates(d.candidates());
    whole(RULE_VERSION, d.ruleVersion());
    texts(MODEL_VERSIONS, d.modelVersions());
    known(FEATURES_VERSION, d.featuresVersion());
    time(FEATURES_AS_OF, d.featuresAsOf());
    contributions(d.contributions());
    known(PRICES_VERSION, d.pricesVersion());
    flag(STALE, d.stale());
    text(LOSSES, d.losses());
    flag(TRIGGERED, d.triggered());
    json.end(begun, '{', '}');
  }

  private void candidates(List<Candidate> candidates) throws Unusual {
    if (candidates == null) {
      return;
    }
    json.ready(CANDIDATES);
    int begun = json.begin();
    for (int i = 0; i < candidates.size(); i++) {
      candidate(candidates.get(i));
    }
    json.end(begun, '[', ']');
  }

  private void candidate(Candidate one) throws Unusual {
    json.mark(',');
    int begun = json.begin();
    known(PROMOTION_ID, one.promotionId());
    number(SCORE, one.score());
    known(LOSS, one.loss() == null ? null : one.loss().name());
    text(DETAIL, one.detail());
    whole(COST, one.costCents());
    number(GAIN, one.gainCents());
    number(USE, one.use());
    number(PRICE, one.priceCents());
    json.end(begun, '{', '}');
  }

  private void contributions(List<Contribution> contributions) throws Unusual {
    if (contributions == null) {
      return;
    }
    json.ready(CONTRIBUTIONS);
    int begun = json.begin();
    for (int i = 0; i < contributions.size(); i++) {
      Contribution one = contributions.get(i);
      json.mark(',');
      int member = json.begin();
      known(FEATURE, one.feature());
      number(ADDED, one.added());
      json.end(member, '{', '}');
    }
    json.end(begun, '[', ']');
  }

  private void texts(Piece name, Map<String, String> texts) throws Unusual {
    if (texts == null) {
      return;
    }
    json.ready(name);
    int begun = json.begin();
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      if (entry.getValue() == null) {
        throw Unusual.here();
      }
      json.mark(',');
      json.ready(known.piece(entry.getKey()));
      json.mark(':');
      json.ready(known.piece(entry.getValue()));
    }
    json.end(begun, '{', '}');
  }

  private void text(Piece name, String text) throws Unusual {
    if (text != null) {
      json.ready(name);
      json.text(text);
    }
  }

  /** A text that is likely to be written again. */
  private void known(Piece name, String text) throws Unusual {
    if (text != null) {
      json.ready(name);
      json.ready(known.piece(text));
    }
  }

  private void time(Piece name, Instant moment) throws Unusual {
    if (moment != null) {
      json.ready(name);
      json.time(moment);
    }
  }

  private void number(Piece name, Double number) throws Unusual {
    if (number != null) {
      json.ready(name);
      json.number(number);
    }
  }

  private void flag(Piece name, Boolean flag) {
    if (flag != null) {
      json.ready(name);
      json.ready(flag ? TRUE : FALSE);
    }
  }

  private void whole(Piece name, Long number) {
    if (number != null) {
      json.ready(name);
      json.whole(number);
    }
  }
}
