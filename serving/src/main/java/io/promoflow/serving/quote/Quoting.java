package io.promoflow.serving.quote;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.Standing;
import io.promoflow.serving.pricing.Price;
import io.promoflow.serving.pricing.Promised;
import io.promoflow.serving.pricing.Reason;
import io.promoflow.serving.pricing.Stacking;
import io.promoflow.serving.pricing.Stacking.LeftOut;
import io.promoflow.serving.pricing.Stacking.Objection;
import io.promoflow.serving.pricing.Stacking.Stack;
import io.promoflow.serving.quote.Quote.Applied;
import io.promoflow.serving.quote.Quote.NotApplied;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Makes a quote: first what each promise is worth by itself, then, by {@link Stacking}, what counts
 * beside what. The ledger is asked about each at the price that it would have, so that what counts
 * can be redeemed at its cost as long as nothing else happens.
 */
public final class Quoting {
  private final QuoteRequest request;
  private final RuleSet rules;
  private final Map<Long, RuleSet> older;
  private final Map<String, Decision> decisions;
  private final Map<String, Standing> standings;
  private final Map<String, String> codes = new HashMap<>();

  private Quoting(
      QuoteRequest request,
      RuleSet rules,
      Map<Long, RuleSet> older,
      Map<String, Decision> decisions,
      Map<String, Standing> standings) {
    this.request = request;
    this.rules = rules;
    this.older = older;
    this.decisions = decisions;
    this.standings = standings;
  }

  /**
   * The quote.
   *
   * @param rules those in force
   * @param older rules of then, by version: of {@link #versionsThatFoundProducts}
   * @param decisions those that are known of the ones asked for, by their ids
   * @param standings how their promises stand; what nothing is promised of is left out
   */
  public static Quote of(
      QuoteRequest request,
      RuleSet rules,
      Map<Long, RuleSet> older,
      Map<String, Decision> decisions,
      Map<String, Standing> standings) {
    return new Quoting(request, rules, older, decisions, standings).quote();
  }

  /**
   * Versions before those in force that promised what covers products by their features: which ones
   * it covered only they tell, and a promise stands for a product that has left the list since.
   */
  public static Set<Long> versionsThatFoundProducts(RuleSet rules, Collection<Decision> decisions) {
    return decisions.stream()
        .filter(one -> one.ruleVersion() != rules.version())
        .filter(one -> findsProducts(promotion(rules, one.promotionId())))
        .map(Decision::ruleVersion)
        .collect(Collectors.toSet());
  }

  private static boolean findsProducts(Promotion promotion) {
    return promotion != null && !promotion.productsWhere().isEmpty();
  }

  private Quote quote() {
    var notApplied = new ArrayList<NotApplied>();
    var promises = new ArrayList<Promised>();
    for (String id : request.decisionIds()) {
      Decision decision = decisions.get(id);
      Promotion promotion = decision == null ? null : promotion(decision);
      Optional<Objection> objection = objection(id, decision, promotion);
      if (objection.isPresent()) {
        notApplied.add(notApplied(id, decision, objection.get(), null));
      } else {
        promises.add(new Promised(id, decision.at(), promotion));
      }
    }
    Stack stack = Stacking.on(request.cart(), promises, this::objection, rules.margin());
    stack.leftOut().forEach(one -> notApplied.add(notApplied(one)));
    notApplied.sort(Comparator.comparing(NotApplied::decisionId));
    List<Applied> applied = stack.applied().stream().map(this::applied).toList();
    return new Quote(
        rules.version(),
        request.cart().totalCents(),
        applied,
        notApplied,
        sum(applied, Applied::savedCents),
        sum(applied, Applied::costCents),
        sum(applied, Applied::discountCents),
        stack.left().totalCents(),
        Quote.lines(stack.left()));
  }

  private static long sum(List<Applied> applied, ToLongFunction<Applied> cents) {
    return applied.stream().mapToLong(cents).sum();
  }

  /** What was promised, by the rules in force; null when these have it no more. */
  private Promotion promotion(Decision decision) {
    Promotion now = promotion(rules, decision.promotionId());
    RuleSet then = older.get(decision.ruleVersion());
    Promotion before = then == null ? null : promotion(then, decision.promotionId());
    return findsProducts(now) && findsProducts(before) ? now.withProducts(before.products()) : now;
  }

  private static Promotion promotion(RuleSet rules, String id) {
    return rules.promotions().stream().filter(one -> one.id().equals(id)).findFirst().orElse(null);
  }

  /** What is against a promise whatever the cart and the other promises. */
  private Optional<Objection> objection(String id, Decision decision, Promotion promotion) {
    if (decision == null) {
      return because(Reason.UNKNOWN_DECISION, "no such decision is known");
    }
    if (!decision.shopperId().equals(request.shopperId())) {
      return because(Reason.OTHER_SHOPPER, "it was made for another shopper");
    }
    if (decision.promotionId() == null) {
      return because(Reason.NO_PROMOTION, "it gave no promotion");
    }
    if (promotion == null) {
      return because(
          Reason.NOT_IN_RULES, "the rules in force have no promotion " + decision.promotionId());
    }
    Standing standing = standings.get(id);
    if (standing == null || !standing.promotionId().equals(promotion.id())) {
      return because(Reason.NOTHING_PROMISED, "the ledger knows of no such promise");
    }
    if (standing.isRedeemed()) {
      return because(Reason.ALREADY_REDEEMED, "it was redeemed before");
    }
    standing.codeAmong(request.couponCodes()).ifPresent(code -> codes.put(id, code));
    return refusal(id, 0);
  }

  /** What is against a promise at its price. */
  private Optional<Objection> objection(Promised promised, Price price) {
    return refusal(promised.decisionId(), price.costCents());
  }

  private Optional<Objection> refusal(String id, long costCents) {
    return standings
        .get(id)
        .refusal(costCents, codes.get(id), request.at())
        .map(why -> new Objection(reason(why), why.inWords()));
  }

  private static Optional<Objection> because(Reason reason, String detail) {
    return Optional.of(new Objection(reason, detail));
  }

  private static Reason reason(Refusal why) {
    return switch (why) {
      case BUDGET_SPENT, OUT_OF_STOCK, PACED, NO_LEASE -> Reason.BUDGET_SPENT;
      case LEASED -> Reason.LEASED;
      case CAP_REACHED -> Reason.CAP_REACHED;
      case WRONG_CODE -> Reason.WRONG_CODE;
      case CODE_USED -> Reason.CODE_USED;
      case NOTHING_PROMISED, KEY_REUSED -> Reason.NOTHING_PROMISED;
      case EXPIRED -> Reason.EXPIRED;
    };
  }

  private NotApplied notApplied(LeftOut one) {
    String id = one.promised().decisionId();
    String by = one.by() == null ? null : one.by().decisionId();
    return notApplied(id, decisions.get(id), one.objection(), by);
  }

  /** Of what another shopper was promised nothing is told. */
  private NotApplied notApplied(String id, Decision decision, Objection objection, String by) {
    boolean isOwn = decision != null && decision.shopperId().equals(request.shopperId());
    String promotionId = isOwn ? decision.promotionId() : null;
    return new NotApplied(id, promotionId, objection.reason(), by, objection.detail());
  }

  private Applied applied(Stacking.Applied one) {
    Price price = one.price();
    String id = one.promised().decisionId();
    return new Applied(
        id,
        one.promised().promotion().id(),
        codes.get(id),
        price.savedCents(),
        price.costCents(),
        price.discountCents(),
        price.lines(),
        price.restCents(),
        one.left().totalCents());
  }
}
