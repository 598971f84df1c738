package io.promoflow.models;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.models.trainer.Imputation;
import io.promoflow.models.training.TrainingRules;
import io.promoflow.models.training.TrainingRules.Calibrating;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Settings of the trainer.
 *
 * @param connections broker and store
 * @param window length of the training window
 * @param slide time between training windows
 * @param poll time between looks at the clock
 * @param parentPid process whose end ends the trainer; 0 for none
 * @param staleAfter age of a model's window at which it is stale
 * @param release when a version goes to serving
 * @param rules what a training does with its window
 */
public record ModelOptions(
    ConnectionOptions connections,
    Duration window,
    Duration slide,
    Duration poll,
    int parentPid,
    Duration staleAfter,
    Release release,
    TrainingRules rules)
    implements Serializable {
  /** When a version that passed the trainer's check goes to serving. */
  public enum Release {
    /** At once. */
    IMMEDIATE,
    /** When it is promoted; until then it is in shadow. */
    GATED
  }

  public static final Option<Duration> WINDOW =
      Option.duration(
          "models.window", "P30D", "length of the training window, by when labels were known");
  public static final Option<Duration> SLIDE =
      Option.duration(
          "models.slide", "P1D", "time between training windows; they end at its multiples");
  public static final Option<Duration> POLL =
      Option.duration("models.poll", "PT0.5S", "time between looks at the event-time clock");
  public static final Option<Integer> PARENT_PID =
      Option.integer(
          "models.parent-pid",
          0,
          0,
          Integer.MAX_VALUE,
          "process whose end also ends the trainer; 0 for none");
  public static final Option<Double> HOLDOUT_SHARE =
      Option.number(
          "models.holdout-share",
          0.25,
          0.05,
          0.9,
          "share of rows, the newest, on which models are judged");
  public static final Option<Boolean> EMBARGO =
      Option.flag(
          "models.embargo",
          true,
          "whether rows whose label was not yet known at the first held-out moment are left out of"
              + " the fit, so that no outcome is both learnt and judged on");
  public static final Option<Integer> MINIMUM_ROWS =
      Option.integer(
          "models.minimum-rows",
          200,
          10,
          1_000_000_000,
          "fewer rows to fit on are refused; a quarter of it is asked of the held-out part");
  public static final Option<Double> TOLERANCE =
      Option.number(
          "models.tolerance",
          0.01,
          0,
          1,
          "by how much a challenger may be worse than the champion on the same rows: of log loss"
              + " relative, of silhouette absolute times five");
  public static final Option<Integer> SEED =
      Option.integer("models.seed", 1, 0, Integer.MAX_VALUE, "seed of all that is random");
  public static final Option<Imputation> IMPUTATION =
      new Option<>(
          "models.imputation",
          "mean or median",
          "mean",
          "what stands for a missing number",
          false,
          text -> Imputation.valueOf(text.strip().toUpperCase(Locale.ROOT)));
  public static final Option<Double> NEARLY_CONSTANT =
      Option.number(
          "models.nearly-constant",
          0.99,
          0.5,
          1,
          "a feature with one value in more than this share of rows is left out");
  public static final Option<Integer> SILHOUETTE_ROWS =
      Option.integer(
          "models.silhouette-rows",
          1_000,
          50,
          20_000,
          "rows, chosen by the seed, on which silhouettes are computed; with fewer it is exact");
  public static final Option<Boolean> WARM_START =
      Option.flag("models.warm-start", true, "whether fits start from the champion's numbers");
  public static final Option<Duration> STALE_AFTER =
      Option.duration(
          "models.stale-after",
          "P3D",
          "how long after the end of its window a model in force is stale, by event time");
  public static final Option<Release> RELEASE =
      Option.oneOf(
          "models.release",
          Release.IMMEDIATE,
          "when a version that passed the trainer's check goes to serving: at once, or when it is"
              + " promoted (./promoflow models promote)");
  public static final Option<Map<String, Map<String, Double>>> TRAINER_SETTINGS =
      new Option<>(
          "models.settings",
          "TRAINER.SETTING=NUMBER, separated by commas",
          "",
          "settings of trainers, for example random-forest.trees=50; ./promoflow train --list"
              + " shows what there is",
          false,
          SettingTexts::trainerSettings);
  public static final Option<List<String>> SEGMENT_FEATURES =
      SettingTexts.names("models.segments.features", "numeric features to segment by");
  public static final Option<List<String>> SEGMENT_TRAINERS =
      SettingTexts.trainers(
          "models.segments.trainers",
          "kmeans,flink-ml-kmeans",
          "trainers that compete for the segments; of equally good ones the first wins");
  public static final Option<List<Integer>> SEGMENT_COUNTS =
      new Option<>(
          "models.segments.k",
          "range such as 2..5",
          "2..5",
          "numbers of segments to try; the best separated one is chosen",
          false,
          SettingTexts::range);
  public static final Option<Integer> SEGMENT_STARTS =
      Option.integer("models.segments.starts", 3, 1, 20, "starts to try per number of segments");
  public static final Option<Double> SEGMENT_SHARE =
      Option.number(
          "models.segments.minimum-share",
          0.02,
          0,
          0.5,
          "a segmentation with a smaller segment, as a share of rows, is not chosen");
  public static final Option<Double> SEGMENT_REACH =
      Option.number(
          "models.segments.reach",
          0.75,
          0,
          100,
          "a segment keeps its id when its centroid moved less than this, root mean square per"
              + " feature in standard deviations");
  public static final Option<List<String>> PROPENSITY_FEATURES =
      SettingTexts.names("models.propensity.features", "numeric features of the propensity");
  public static final Option<List<String>> PROPENSITY_CATEGORIES =
      SettingTexts.names("models.propensity.categories", "categorical features of the propensity");
  public static final Option<Integer> MAX_CATEGORIES =
      Option.integer(
          "models.propensity.max-categories",
          8,
          1,
          1_000,
          "values of a categorical feature, the most frequent, that get an element of their own");
  public static final Option<List<String>> PROPENSITY_TRAINERS =
      SettingTexts.trainers(
          "models.propensity.trainers",
          "logistic-regression,flink-ml-logistic-regression",
          "trainers that compete for the propensity; of equally good ones the first wins");
  public static final Option<Boolean> BALANCE =
      Option.flag(
          "models.propensity.balance",
          false,
          "whether both outcomes weigh the same in the fit, for rare ones; needs a calibration");
  public static final Option<Calibrating> CALIBRATION =
      new Option<>(
          "models.propensity.calibration",
          "none, platt or isotonic",
          "platt",
          "how scores become probabilities that are right on average",
          false,
          text -> Calibrating.valueOf(text.strip().toUpperCase(Locale.ROOT)));
  public static final Option<Double> CALIBRATION_SHARE =
      Option.number(
          "models.propensity.calibration-share",
          0.2,
          0.05,
          0.5,
          "share of the rows to fit on, the newest, that the calibration is fitted on instead");

  public static final Option<Integer> RESPONSE_ROWS =
      Option.integer(
          "models.response.minimum-rows",
          100,
          10,
          1_000_000_000,
          "kinds of promotions that fewer shoppers were given by chance get no model of the"
              + " response; a quarter of it is asked of the held-out part");

  public static final List<Option<?>> ALL =
      Stream.<List<Option<?>>>of(
              List.of(
                  WINDOW,
                  SLIDE,
                  POLL,
                  PARENT_PID,
                  HOLDOUT_SHARE,
                  EMBARGO,
                  MINIMUM_ROWS,
                  TOLERANCE,
                  SEED,
                  IMPUTATION,
                  NEARLY_CONSTANT,
                  SILHOUETTE_ROWS,
                  WARM_START,
                  STALE_AFTER,
                  RELEASE,
                  TRAINER_SETTINGS,
                  SEGMENT_FEATURES,
                  SEGMENT_TRAINERS,
                  SEGMENT_COUNTS,
                  SEGMENT_STARTS,
                  SEGMENT_SHARE,
                  SEGMENT_REACH,
                  PROPENSITY_FEATURES,
                  PROPENSITY_CATEGORIES,
                  MAX_CATEGORIES,
                  PROPENSITY_TRAINERS,
                  BALANCE,
                  CALIBRATION,
                  CALIBRATION_SHARE,
                  RESPONSE_ROWS),
              ConnectionOptions.ALL)
          .<Option<?>>flatMap(List::stream)
          .toList();

  public static ModelOptions from(Settings settings) {
    Duration window = settings.get(WINDOW);
    Duration slide = settings.get(SLIDE);
    if (window.compareTo(slide) < 0) {
      throw new SettingsException(
          WINDOW.key() + ": " + window + " is refused, must not be shorter than " + SLIDE.key());
    }
    if (settings.get(BALANCE) && settings.get(CALIBRATION) == Calibrating.NONE) {
      throw new SettingsException(
          BALANCE.key()
              + ": true is refused, needs a calibration; "
              + CALIBRATION.key()
              + " is none");
    }
    return new ModelOptions(
        ConnectionOptions.from(settings),
        window,
        slide,
        settings.get(POLL),
        settings.get(PARENT_PID),
        settings.get(STALE_AFTER),
        settings.get(RELEASE),
        rules(settings));
  }

  /** The part that says what a training does with its window. */
  public static TrainingRules rules(Settings settings) {
    return new TrainingRules(
        settings.get(HOLDOUT_SHARE),
        settings.get(EMBARGO),
        settings.get(MINIMUM_ROWS),
        settings.get(TOLERANCE),
        settings.get(SEED),
        settings.get(IMPUTATION),
        settings.get(NEARLY_CONSTANT),
        settings.get(SILHOUETTE_ROWS),
        settings.get(WARM_START),
        settings.get(TRAINER_SETTINGS),
        new TrainingRules.Segments(
            settings.get(SEGMENT_FEATURES),
            settings.get(SEGMENT_TRAINERS),
            settings.get(SEGMENT_COUNTS),
            settings.get(SEGMENT_STARTS),
            settings.get(SEGMENT_SHARE),
            settings.get(SEGMENT_REACH)),
        new TrainingRules.Propensity(
            settings.get(PROPENSITY_FEATURES),
            settings.get(PROPENSITY_CATEGORIES),
            settings.get(MAX_CATEGORIES),
            settings.get(PROPENSITY_TRAINERS),
            settings.get(BALANCE),
            settings.get(CALIBRATION),
            settings.get(CALIBRATION_SHARE)),
        settings.get(RESPONSE_ROWS));
  }
}
