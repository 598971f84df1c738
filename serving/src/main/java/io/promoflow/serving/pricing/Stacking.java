package io.promoflow.serving.pricing;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.serving.Cart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which of a shopper's promises hold together on a cart, in which order, and what each does.
 *
 * <p>They go by {@link #PRECEDENCE}: higher priority first, equal ones by id; of one promotion that
 * was promised twice the older promise first. Of a stacking group the first that holds counts. One
 * without a group stacks with none: it counts alone when it is the first that holds of all, and not
 * at all otherwise. Least spend and tiers are measured on the cart before any discount, shares on
 * what the ones before have left. What saves nothing is not used up: the next may count in its
 * place. The order in which the promises come makes no difference.
 *
 * <p>Where the rules state a margin, those that count together leave the highest of their floors of
 * the cart. What would take more is left out, and stays promised; the next may count in its place.
 * The first always counts: that it leaves enough by itself was checked when the rules were made.
 */
public final class Stacking {
  public static final Comparator<Promotion> PRECEDENCE =
      Comparator.comparingInt(Promotion::priority).reversed().thenComparing(Promotion::id);

  static final Comparator<Promised> ORDER =
      Comparator.comparing(Promised::promotion, PRECEDENCE)
          .thenComparing(Promised::at)
          .thenComparing(Promised::decisionId);

  private final Cart told;
  private final Keeper keeper;
  private final Leeway leeway;
  private final List<Applied> applied = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private Cart left;

  private Stacking(Cart cart, Keeper keeper, Margin margin) {
    this.told = cart;
    this.left = cart;
    this.keeper = keeper;
    this.leeway = Leeway.of(cart, margin);
  }

  /** Whoever keeps the promises, and may say no to one that would count. */
  public interface Keeper {
    /** Why a promise is not kept at its price on this cart; empty when it is. */
    Optional<Objection> objection(Promised promised, Price price);
  }

  /** What is against a promise, also in words. */
  public record Objection(Reason reason, String detail) {}

  /**
   * A promise that counts.
   *
   * @param promised which
   * @param price what it does after the ones before it
   * @param left the cart after it
   */
  public record Applied(Promised promised, Price price, Cart left) {}

  /**
   * A promise that does not count.
   *
   * @param promised which
   * @param objection why
   * @param by the one that keeps it from counting; null when no other does
   */
  public record LeftOut(Promised promised, Objection objection, Promised by) {}

  /**
   * All promises on one cart.
   *
   * @param applied what counts, in order
   * @param leftOut what does not, in order
   * @param left the cart after all discounts
   */
  public record Stack(List<Applied> applied, List<LeftOut> leftOut, Cart left) {}

  /**
   * Puts promises on a cart.
   *
   * @param margin what they must leave of it together; null when the rules do not say
   */
  public static Stack on(Cart cart, Collection<Promised> promises, Keeper keeper, Margin margin) {
    var stacking = new Stacking(cart, keeper, margin);
    promises.stream().sorted(ORDER).forEach(stacking::next);
    return new Stack(List.copyOf(stacking.applied), List.copyOf(stacking.leftOut), stacking.left);
  }

  private void next(Promised one) {
    Optional<Promised> before = excludedBy(one.promotion());
    if (before.isPresent()) {
      leftOut.add(new LeftOut(one, exclusion(one, before.get()), before.get()));
      return;
    }
    Optional<Lack> lack = Lack.of(one.promotion(), told);
    if (lack.isPresent()) {
      Lack missing = lack.get();
      leftOut.add(new LeftOut(one, new Objection(missing.reason(), missing.detail()), null));
      return;
    }
    Price price = Pricing.of(one.promotion(), told, left);
    Optional<Objection> objection =
        nothing(price).or(() -> keeper.objection(one, price)).or(() -> loss(one, price));
    if (objection.isPresent()) {
      leftOut.add(new LeftOut(one, objection.get(), null));
      return;
    }
    left = left.less(price.lines(), price.restCents());
    applied.add(new Applied(one, price, left));
  }

  /** The one of those that count beside which a promotion cannot. */
  private Optional<Promised> excludedBy(Promotion promotion) {
    return applied.stream()
        .map(Applied::promised)
        .filter(first -> exclude(first.promotion().stackingGroup(), promotion.stackingGroup()))
        .findFirst();
  }

  private static boolean exclude(String first, String second) {
    return first == null || second == null || first.equals(second);
  }

  private static Objection exclusion(Promised one, Promised first) {
    String group = one.promotion().stackingGroup();
    String id = first.promotion().id();
    if (group == null) {
      return new Objection(Reason.STACKS_WITH_NONE, "stacks with none, and " + id + " goes first");
    }
    return first.promotion().stackingGroup() == null
        ? new Objection(Reason.STACKS_WITH_NONE, id + " goes first, and stacks with none")
        : new Objection(Reason.EXCLUDED_IN_GROUP, id + " goes first in group " + group);
  }

  private static Optional<Objection> nothing(Price price) {
    return price.savedCents() == 0 && price.costCents() == 0
        ? Optional.of(
            new Objection(
                Reason.SAVES_NOTHING, "it would save nothing on what is left of the cart"))
        : Optional.empty();
  }

  /** That it would take more beside the ones before it than the cart can bear. */
  private Optional<Objection> loss(Promised one, Price price) {
    if (leeway.margin() == null || applied.isEmpty()) {
      return Optional.empty();
    }
    double floor = leeway.margin().floorOf(one.promotion().id());
    long cost = price.costCents();
    for (Applied before : applied) {
      floor = Math.max(floor, leeway.margin().floorOf(before.promised().promotion().id()));
      cost += before.price().costCents();
    }
    return leeway.leaves(floor, cost)
        ? Optional.empty()
        : Optional.of(new Objection(Reason.BELOW_MARGIN_FLOOR, besides()));
  }

  private String besides() {
    String first =
        applied.stream()
            .map(one -> one.promised().promotion().id())
            .collect(Collectors.joining(", "));
    return "with " + first + " it would leave less of this cart than the rules' margin floor";
  }
}
