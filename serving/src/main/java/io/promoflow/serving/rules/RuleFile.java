package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.BudgetMoves;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import io.promoflow.ingestion.yaml.Block;
import io.promoflow.ingestion.yaml.Problem;
import io.promoflow.ingestion.yaml.Problems;
import io.promoflow.serving.rules.ExperimentChecks.Placed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Promotions and experiments as a person writes them, in YAML. Validated whole: either all of it is
 * good, or all of it is refused with everything that is wrong.
 *
 * @param name stands in messages
 * @param text what was read
 * @param promotions in the order of the file
 * @param experiments in the order of the file, which is the order in which they are offered
 *     shoppers
 * @param contactCaps how often one shopper may be offered anything
 * @param budgetMoves how results move budgets; null when they never do
 * @param holdoutShare share of the shoppers who never get anything, 0 to 1
 * @param margin what promotions must leave of a cart; null when nobody says
 * @param productLines lines of the conditions on products, by promotion
 * @param promotionLines line of each promotion
 */
public record RuleFile(
    String name,
    String text,
    List<Promotion> promotions,
    List<Experiment> experiments,
    List<ContactCap> contactCaps,
    BudgetMoves budgetMoves,
    double holdoutShare,
    RuleSet.Margin margin,
    Map<String, List<Integer>> productLines,
    Map<String, Integer> promotionLines) {

  /** Reads a file; throws {@link RuleFileException} with everything that is wrong. */
  public static RuleFile parse(Path file, Vocabulary vocabulary) {
    try {
      return parse(file.toString(), Files.readString(file), vocabulary);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  /** Reads a text, whose conditions ask for shipped features; {@code name} stands in messages. */
  public static RuleFile parse(String name, String text) {
    return parse(name, text, Vocabulary.shipped());
  }

  /** Reads a text; {@code name} stands in messages. */
  public static RuleFile parse(String name, String text, Vocabulary vocabulary) {
    return parse(name, text, vocabulary, true);
  }

  /**
   * Reads a file that was in force once. What its rules mean is not checked again: more is refused
   * than once was, and what was in force must be read by whoever starts or goes back.
   */
  static RuleFile stored(String name, String text, Vocabulary vocabulary) {
    return parse(name, text, vocabulary.asOnce(), false);
  }

  private static RuleFile parse(String name, String text, Vocabulary vocabulary, boolean isNew) {
    var problems = new Problems(name, RuleFileException::new);
    Shape shape = RuleShapes.FILE;
    Block top = problems.read(text, shape.names());
    Map<String, List<Period>> campaigns = CampaignReader.campaigns(top, isNew);
    List<ContactCap> contactCaps = CampaignReader.contactCaps(top, campaigns, isNew);
    Margin margin = Margin.read(shape.block(top, "margin"));
    var offers = new PromotionReader(campaigns, vocabulary);
    var written = new ArrayList<Written>();
    for (Block block : top.rules("promotions", "promotion", RuleShapes.PROMOTION.names())) {
      written.add(offers.read(block));
    }
    var lines = new HashMap<String, Integer>();
    written.forEach(one -> refuseTwin(one.block(), one.promotion().id(), lines));
    List<Promotion> promotions = written.stream().map(Written::promotion).toList();
    var ids = promotions.stream().map(Promotion::id).collect(Collectors.toSet());
    List<Placed> placed = experiments(top, new ExperimentReader(ids, vocabulary));
    List<Experiment> experiments = placed.stream().map(Placed::experiment).toList();
    if (isNew) {
      RuleChecks.check(written, margin, experiments, contactCaps, vocabulary);
      refuseFloorsOfNoMargin(written, top);
      ExperimentChecks.check(placed);
    }
    ExperimentReader.checkLayers(experiments, top);
    BudgetMoves budgetMoves = BudgetMovesReader.read(top, promotions);
    Double holdout = top.number("holdoutShare", 0, 1);
    problems.refuseIfAny();
    double holdoutShare = holdout == null ? 0 : holdout;
    return new RuleFile(
        name,
        text,
        promotions,
        experiments,
        contactCaps,
        budgetMoves,
        holdoutShare,
        margin == null ? null : margin.stated(written),
        productLines(written),
        Map.copyOf(lines));
  }

  private static Map<String, List<Integer>> productLines(List<Written> written) {
    return written.stream()
        .collect(
            Collectors.toMap(
                one -> one.promotion().id(),
                one -> one.productConditions().stream().map(Block::line).toList()));
  }

  /** Of the file whole, for what is wrong with the rules that it would make. */
  RuleFileException refusal(String rule) {
    return new RuleFileException(List.of(new Problem(name, 1, "", "", rule, null)));
  }

  /**
   * Refuses the file whole for budgets of which more has moved away than it states.
   *
   * @param overdrawn cents that have moved to others, by promotion
   */
  void refuseOverdrawn(Map<Promotion, Long> overdrawn) {
    if (!overdrawn.isEmpty()) {
      throw new RuleFileException(
          overdrawn.entrySet().stream()
              .map(one -> overdrawn(one.getKey(), one.getValue()))
              .toList());
    }
  }

  private Problem overdrawn(Promotion promotion, long cents) {
    return new Problem(
        name,
        promotionLines.get(promotion.id()),
        "promotion " + promotion.id(),
        "budgetCents",
        "must be at least %d, since %d of it have moved to others".formatted(cents, cents),
        promotion.budgetCents().toString());
  }

  /** Refuses the file whole for what the tables of features cannot answer. */
  void refuse(List<ProductLists.Unanswered> unanswered) {
    if (!unanswered.isEmpty()) {
      throw new RuleFileException(
          unanswered.stream()
              .map(
                  one ->
                      new Problem(
                          name,
                          productLines.get(one.promotion()).get(one.condition()),
                          "promotion " + one.promotion(),
                          one.key(),
                          one.rule(),
                          one.value()))
              .toList());
    }
  }

  private static List<Placed> experiments(Block top, ExperimentReader reader) {
    var found = new ArrayList<Placed>();
    var lines = new HashMap<String, Integer>();
    for (Block block : top.rules("experiments", "experiment", RuleShapes.EXPERIMENT.names())) {
      Experiment experiment = reader.read(block);
      refuseTwin(block, experiment.id(), lines);
      found.add(new Placed(experiment, block));
    }
    return found;
  }

  private static void refuseFloorsOfNoMargin(List<Written> written, Block top) {
    for (Written one : written) {
      if (one.marginFloor() != null && !top.has("margin")) {
        String rule = "needs a margin of the file, without which nothing is checked";
        one.block().problem("marginFloor", rule, one.marginFloor());
      }
    }
  }

  private static void refuseTwin(Block block, String id, Map<String, Integer> lines) {
    Integer earlier = lines.putIfAbsent(id, block.line());
    if (earlier != null) {
      block.problem("id", "is taken on line " + earlier, id);
    }
  }

  /**
   * The rules as a version, as if nothing had been learned before and no products been found by
   * their features.
   */
  public RuleSet asVersion(long version, String author, String note, Instant at) {
    return asVersion(version, author, note, at, promotions, experiments);
  }

  /** The rules as a version, with what was learned before. */
  RuleSet asVersion(
      long version,
      String author,
      String note,
      Instant at,
      List<Promotion> learnedPromotions,
      List<Experiment> learnedExperiments) {
    return new RuleSet(
        version,
        author,
        note,
        at,
        null,
        learnedPromotions,
        learnedExperiments,
        contactCaps,
        budgetMoves,
        holdoutShare,
        margin);
  }
}
