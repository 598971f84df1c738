package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Attribution;
import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.MetricsException;
import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.PromotionAttribution;
import io.promoflow.evaluation.policy.AdjustmentDesk;
import io.promoflow.evaluation.policy.StrategyPolicy;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.options.ShopOptions;
import io.promoflow.ingestion.schema.Experiment.Mode;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.PolicyNames;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Settings of the evaluation job; the descriptions of the options say what each means.
 *
 * @param connections broker, topics, store
 * @param metrics {@link #METRICS}
 * @param attributionWindow {@link #ATTRIBUTION_WINDOW}
 * @param exposure {@link #EXPOSURE}
 * @param exposureGiven whether {@link #EXPOSURE} was given and not left to its default
 * @param population {@link #POPULATION}
 * @param covariateWindow {@link #COVARIATE_WINDOW}
 * @param lateBound {@link #LATE_BOUND}
 * @param outOfOrderness {@link #OUT_OF_ORDERNESS}
 * @param idleness {@link #IDLENESS}
 * @param emitEvery {@link #EMIT_EVERY}
 * @param stateTtl {@link #STATE_TTL}
 * @param marginShare {@link ShopOptions#MARGIN_SHARE}
 * @param alpha {@link #ALPHA}
 * @param optimalUnits {@link #OPTIMAL_UNITS}
 * @param priorLift {@link #PRIOR_LIFT}
 * @param worthwhileLift {@link #WORTHWHILE_LIFT}
 * @param sampleRatioConcentration {@link #SAMPLE_RATIO_CONCENTRATION}
 * @param sampleRatioAlpha {@link #SAMPLE_RATIO_ALPHA}
 * @param policy {@link #POLICY}
 * @param budgetPolicy {@link #BUDGET_POLICY}
 * @param adjustEvery {@link #ADJUST_EVERY}
 * @param revertCoolDown {@link #REVERT_COOL_DOWN}
 * @param proposalExpiry {@link #PROPOSAL_EXPIRY}
 * @param shopperFacts {@link #SHOPPER_FACTS}
 */
public record EvaluationOptions(
    ConnectionOptions connections,
    Metrics metrics,
    Duration attributionWindow,
    ExposureRule exposure,
    boolean exposureGiven,
    Population population,
    Duration covariateWindow,
    Duration lateBound,
    Duration outOfOrderness,
    Duration idleness,
    Duration emitEvery,
    Duration stateTtl,
    double marginShare,
    double alpha,
    double optimalUnits,
    double priorLift,
    double worthwhileLift,
    double sampleRatioConcentration,
    double sampleRatioAlpha,
    String policy,
    String budgetPolicy,
    Duration adjustEvery,
    Duration revertCoolDown,
    Duration proposalExpiry,
    boolean shopperFacts)
    implements Serializable {

  public static final Option<String> METRICS = MetricNames.FILE;
  public static final Option<Duration> ATTRIBUTION_WINDOW =
      Option.duration(
          "evaluation.attribution-window",
          "P3D",
          "an outcome counts when it lies in [first exposure, first exposure + this), unless the"
              + " metric has a window of its own");
  public static final Option<ExposureRule> EXPOSURE =
      Option.oneOf(
          "evaluation.exposure",
          ExposureRule.SHOWN,
          "what exposes a shopper: the decision that was shown first (a PROMOTION_VIEWED names it,"
              + " control included), or the first decision, for shops that cannot tell what they"
              + " showed");
  public static final Option<Population> POPULATION =
      Option.oneOf(
          "evaluation.population",
          Population.EVERYBODY,
          "whom results, judgements, checks and policies count: every shopper, those seen in one"
              + " variant only, or those for whom the variants could differ; population_results"
              + " holds all three");
  public static final Option<Duration> COVARIATE_WINDOW =
      Option.durationOrNone(
          "evaluation.covariate-window",
          "P3D",
          "CUPED takes out of a metric what the same metric in [first exposure - this, first"
              + " exposure) explains; PT0S for no CUPED");
  public static final Option<Duration> LATE_BOUND =
      Option.duration(
          "evaluation.late-bound",
          "P7D",
          "event time after the longest window of a metric during which late records still correct"
              + " results");
  public static final Option<Duration> OUT_OF_ORDERNESS =
      Option.duration(
          "evaluation.out-of-orderness",
          "PT10S",
          "how far event time may run backwards before a tick no longer waits");
  public static final Option<Duration> IDLENESS =
      Option.duration(
          "evaluation.idleness",
          "PT1M",
          "wall time after which a silent partition is not waited for");
  public static final Option<Duration> EMIT_EVERY =
      Option.duration(
          "evaluation.emit-every", "PT1S", "wall time between writes of changed result rows");
  public static final Option<Duration> STATE_TTL =
      Option.duration(
          "evaluation.state-ttl",
          "P400D",
          "wall time without change after which exposures and sums are forgotten; longer than any"
              + " experiment");
  public static final Option<Double> ALPHA =
      Option.number(
          "evaluation.alpha", 0.05, 1e-6, 0.5, "error level of the intervals in the result tables");
  public static final Option<Double> OPTIMAL_UNITS =
      Option.number(
          "evaluation.always-valid.optimal-units",
          1000,
          1,
          1e12,
          "shoppers (both groups together) at which the always-valid interval is tightest");
  public static final Option<Double> PRIOR_LIFT =
      Option.number(
          "evaluation.prior-lift",
          0.1,
          1e-6,
          10,
          "how large relative lifts usually are: deviation of the normal prior behind"
              + " probability_better and expected_loss");
  public static final Option<Double> WORTHWHILE_LIFT =
      Option.number(
          "evaluation.worthwhile-lift",
          0.02,
          1e-6,
          10,
          "least relative lift that is worth it, for power and days left");
  public static final Option<Double> SAMPLE_RATIO_CONCENTRATION =
      Option.number(
          "evaluation.sample-ratio.concentration",
          1000,
          1e-3,
          1e12,
          "prior weight in shoppers of the sequential sample-ratio check; larger looks for smaller"
              + " deviations");
  public static final Option<Double> SAMPLE_RATIO_ALPHA =
      Option.number(
          "evaluation.sample-ratio.alpha",
          0.01,
          1e-9,
          0.5,
          "sequential p below which the sample ratio counts as broken");
  public static final Option<String> POLICY =
      Option.text(
          "evaluation.policy", "shift-to-better", "name of the policy that proposes adjustments");
  public static final Option<String> POLICIES = PolicyNames.OWN;
  public static final Option<String> BUDGET_POLICY =
      Option.text(
          "evaluation.budget-policy",
          "to-higher-return",
          "name of the policy that moves budgets, where the rules let them move");
  public static final Option<Duration> ADJUST_EVERY =
      Option.duration(
          "evaluation.adjust-every",
          "PT10M",
          "event time between ticks at which adjustments are considered; ticks are its multiples");
  public static final Option<Duration> REVERT_COOL_DOWN =
      Option.duration(
          "evaluation.revert-cool-down",
          "P7D",
          "event time after a reversal by a person during which its scope is left alone");
  public static final Option<Duration> PROPOSAL_EXPIRY =
      Option.duration(
          "evaluation.proposal-expiry",
          "P1D",
          "event time after which a proposal that waits for a person, or only tells, no longer keeps"
              + " its scope from the next one");
  public static final Option<Boolean> SHOPPER_FACTS =
      Option.flag(
          "evaluation.shopper-facts",
          false,
          "whether to write a row per exposed shopper and per outcome of one, pseudonymous, for"
              + " tools that compute results from these, such as GrowthBook");

  /** Every setting that the job reads. */
  public static final List<Option<?>> ALL =
      Stream.of(
              List.<Option<?>>of(
                  METRICS,
                  ATTRIBUTION_WINDOW,
                  EXPOSURE,
                  POPULATION,
                  COVARIATE_WINDOW,
                  LATE_BOUND,
                  OUT_OF_ORDERNESS,
                  IDLENESS,
                  EMIT_EVERY,
                  STATE_TTL,
                  ALPHA,
                  OPTIMAL_UNITS,
                  PRIOR_LIFT,
                  WORTHWHILE_LIFT,
                  SAMPLE_RATIO_CONCENTRATION,
                  SAMPLE_RATIO_ALPHA,
                  POLICY,
                  POLICIES,
                  BUDGET_POLICY,
                  ADJUST_EVERY,
                  REVERT_COOL_DOWN,
                  PROPOSAL_EXPIRY,
                  SHOPPER_FACTS),
              ShopOptions.ALL,
              ConnectionOptions.ALL,
              JobEnvironment.ALL)
          .<Option<?>>flatMap(List::stream)
          .toList();

  public static EvaluationOptions from(Settings settings) {
    PolicyNames.of(settings).forEach(name -> refuseUnknownPolicy(POLICIES, name));
    refuseUnknownPolicy(POLICY, settings.get(POLICY));
    return new EvaluationOptions(
        ConnectionOptions.from(settings),
        metrics(settings),
        settings.get(ATTRIBUTION_WINDOW),
        settings.get(EXPOSURE),
        settings.given(EXPOSURE),
        settings.get(POPULATION),
        settings.get(COVARIATE_WINDOW),
        settings.get(LATE_BOUND),
        settings.get(OUT_OF_ORDERNESS),
        settings.get(IDLENESS),
        settings.get(EMIT_EVERY),
        settings.get(STATE_TTL),
        settings.get(ShopOptions.MARGIN_SHARE),
        settings.get(ALPHA),
        settings.get(OPTIMAL_UNITS),
        settings.get(PRIOR_LIFT),
        settings.get(WORTHWHILE_LIFT),
        settings.get(SAMPLE_RATIO_CONCENTRATION),
        settings.get(SAMPLE_RATIO_ALPHA),
        settings.get(POLICY),
        settings.get(BUDGET_POLICY),
        settings.get(ADJUST_EVERY),
        settings.get(REVERT_COOL_DOWN),
        settings.get(PROPOSAL_EXPIRY),
        settings.get(SHOPPER_FACTS));
  }

  private static void refuseUnknownPolicy(Option<String> option, String name) {
    var names = new ArrayList<String>();
    ServiceLoader.load(StrategyPolicy.class).forEach(policy -> names.add(policy.name()));
    if (!names.contains(name)) {
      throw new SettingsException(option.key() + ": no policy '" + name + "'; there are " + names);
    }
  }

  /** The metrics of the named file, or those that we ship. */
  public static Metrics metrics(Settings settings) {
    String file = settings.get(METRICS);
    try {
      return file.isEmpty() ? Metrics.shipped() : Metrics.read(Path.of(file));
    } catch (MetricsException | UncheckedIOException e) {
      throw new SettingsException(METRICS.key() + ": " + e.getMessage(), e);
    }
  }

  /** The longest time after an exposure at which anything may still count. */
  Duration longestWindow() {
    return Duration.ofMillis(metrics.longestMillis(attributionWindow.toMillis()));
  }

  Attribution attribution() {
    return new Attribution(
        metrics,
        attributionWindow.toMillis(),
        covariateWindow.toMillis(),
        adjustEvery.toMillis(),
        marginShare);
  }

  PromotionAttribution promotionAttribution() {
    return new PromotionAttribution(attributionWindow.toMillis());
  }

  /**
   * How long a scope is left alone; its own cool-down is null for none. What is carried out at once
   * does not expire: the rule book answers, however long it is away.
   */
  AdjustmentDesk.Patience patience(Long coolDownMillis, Mode mode) {
    return new AdjustmentDesk.Patience(
        coolDownMillis == null ? 0 : coolDownMillis,
        revertCoolDown.toMillis(),
        mode == Mode.APPLY ? Duration.ofDays(36_500).toMillis() : proposalExpiry.toMillis());
  }

  AlwaysValid alwaysValid() {
    return new AlwaysValid(alpha, optimalUnits);
  }
}
