package io.promoflow.serving;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.models.UpliftScorer;
import io.promoflow.serving.Cart.Line;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.scoring.Scores;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What giving a promotion would bring, and what it would take.
 *
 * <p>With p' and p the probabilities of an order with the promotion and without, m the margin of
 * the cart and c the cost: gain = p' (m − c) − p m, which is (p' − p) m − p' c. The promotion is
 * used when the order comes, so p' is also its expected use.
 *
 * @param costCents what it costs when it is used
 * @param gainCents expected incremental profit
 * @param use probability that it is used, 0 to 1
 * @param priceCents what the budget, stock and contact that it would use are worth to others
 */
record Valuation(long costCents, double gainCents, double use, double priceCents) {

  /**
   * By the response model of the promotion's kind where there is one, else by the assumed lift on
   * the propensity.
   *
   * @param cart see {@link ExpectedOrder}
   * @param margin what the shop makes of it when nothing is given, see {@link #marginCents}
   * @param prices null without
   */
  static Valuation of(
      Promotion promotion,
      Cart cart,
      double margin,
      Scores scores,
      Assumptions assumptions,
      DualPrices prices) {
    long cost = Cost.cents(promotion, cart);
    Response response = response(promotion.kind(), scores, assumptions);
    double gain = response.with() * (margin - cost) - response.without() * margin;
    double use = response.with();
    double price = prices == null ? 0 : prices.cents(promotion.id(), use * cost, use);
    return new Valuation(cost, gain, use, price);
  }

  /**
   * What the shop makes of a cart when nothing is given: by the margins that the rules state, else
   * by the assumed share. Whatever is of no category that has a share of its own goes by the usual
   * one: what is expected of it, where a floor would have to fear the least. Of a cart that is
   * worth less than its lines come to, each line counts as much less.
   *
   * @param cart see {@link ExpectedOrder}
   * @param stated null when the rules state none
   */
  static double marginCents(
      DecisionRequest request, Cart cart, Margin stated, Assumptions assumptions) {
    if (request.marginCents() != null) {
      return request.marginCents();
    }
    if (stated == null) {
      return assumptions.marginShare() * cart.totalCents();
    }
    long total = cart.totalCents();
    if (stated.categories().isEmpty()) {
      return stated.share() * total;
    }
    double sum = 0;
    long own = 0;
    long told = 0;
    List<Line> lines = cart.lines();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (line.cents() != null) {
        told += line.cents();
        Double share = line.category() == null ? null : stated.categories().get(line.category());
        if (share != null) {
          sum += share * line.cents();
          own += line.cents();
        }
      }
    }
    return told <= total
        ? sum + stated.share() * (total - own)
        : (sum + stated.share() * (told - own)) * total / told;
  }

  /** What is compared: the gain that is left when others are paid. */
  double score() {
    return gainCents - priceCents;
  }

  /** Kinds as response models are named. */
  private static final Map<PromotionKind, String> WORDS = words();

  private static Map<PromotionKind, String> words() {
    var words = new EnumMap<PromotionKind, String>(PromotionKind.class);
    for (PromotionKind kind : PromotionKind.values()) {
      words.put(kind, kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    return words;
  }

  /** Probabilities of an order with the promotion and without. */
  record Response(double with, double without) {}

  static Response response(PromotionKind kind, Scores scores, Assumptions assumptions) {
    Map<String, Double> responses = scores.responses();
    Double with = responses.isEmpty() ? null : responses.get(WORDS.get(kind));
    if (with != null) {
      return new Response(with, responses.get(UpliftScorer.NO_PROMOTION));
    }
    double p = scores.propensity() == null ? assumptions.propensity() : scores.propensity();
    return new Response(Math.min(1, p * (1 + assumptions.lift())), p);
  }
}
