package io.promoflow.models.offline;

import io.promoflow.models.offline.TableMapping.Treatment;
import io.promoflow.models.trainer.Preparation;
import io.promoflow.models.trainer.RawTable;
import io.promoflow.models.trainer.TrainingException;
import io.promoflow.models.uplift.AverageEffect;
import io.promoflow.models.uplift.GainCurve;
import io.promoflow.models.uplift.Targeting;
import io.promoflow.models.uplift.TrialSample;
import io.promoflow.models.uplift.UpliftLearner;
import io.promoflow.models.uplift.UpliftModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Learns uplift on one half of a trial and measures it on the other.
 *
 * @param terms what an outcome earns and costs
 */
record UpliftTraining(UpliftLearner learner, Targeting.Terms terms, long seed) {
  private static final int MOST_VALUES = 2;

  /**
   * What came of one arm.
   *
   * @param kind value of the treatment column
   * @param effect on all rows
   * @param metrics on the half held out
   * @param groups of it
   */
  record Arm(String kind, AverageEffect effect, Map<String, Double> metrics, List<Group> groups) {}

  /**
   * Shoppers with one value of a column.
   *
   * @param predicted mean uplift that the model says
   * @param observed what the trial says
   */
  record Group(String column, String value, double predicted, AverageEffect observed) {}

  List<Arm> run(Rows rows, Treatment treatment, Preparation.Rules rules)
      throws TrainingException, InterruptedException {
    TrialRows all = TrialRows.of(rows, treatment);
    TrialRows learnt = all.half(seed, true);
    Preparation preparation = learnt.prepare(rules);
    UpliftModel model = learner.train(learnt.sample(preparation), seed);
    TrialRows held = all.half(seed, false);
    var arms = new ArrayList<Arm>();
    for (int arm = 1; arm < all.kinds().size(); arm++) {
      AverageEffect effect = AverageEffect.of(all.against(arm).sample(preparation), null);
      arms.add(measured(model, arm, held.against(arm), preparation, effect));
    }
    return arms;
  }

  private Arm measured(
      UpliftModel model, int arm, TrialRows held, Preparation preparation, AverageEffect effect) {
    TrialSample trial = held.sample(preparation);
    double[] uplift = model.uplift(arm, trial.rows());
    GainCurve curve = GainCurve.of(trial, uplift);
    AverageEffect average = AverageEffect.of(trial, null);
    Targeting targeting = Targeting.of(trial, uplift, model.response(arm, trial.rows()), terms);
    var metrics = new LinkedHashMap<String, Double>();
    metrics.put("qini", curve.qini());
    metrics.put("auuc", curve.auuc());
    metrics.put("averageEffect", average.effect());
    metrics.put("averageEffectStandardError", average.standardError());
    metrics.put("meanPredictedUplift", Arrays.stream(uplift).average().orElse(Double.NaN));
    metrics.put("gainAt10Percent", curve.gainAt(0.1));
    metrics.put("gainAt30Percent", curve.gainAt(0.3));
    metrics.put("targetedShare", targeting.share());
    metrics.put("profitPerShopper", targeting.profit());
    metrics.put("profitPerShopperOfAll", targeting.profitOfAll());
    return new Arm(held.kinds().get(1), effect, metrics, groups(held, trial, uplift));
  }

  private static List<Group> groups(TrialRows held, TrialSample trial, double[] uplift) {
    RawTable table = held.rows().table().select(held.chosen());
    var groups = new ArrayList<Group>();
    for (int f = 0; f < table.features().size(); f++) {
      double[] column = table.numbers()[f];
      var values = new TreeSet<Double>();
      Arrays.stream(column).filter(Double::isFinite).forEach(values::add);
      if (values.size() == MOST_VALUES) {
        for (double value : values) {
          String text = Numbers.text(value);
          groups.add(group(table.features().get(f), text, trial, uplift, i -> column[i] == value));
        }
      }
    }
    for (int c = 0; c < table.categories().size(); c++) {
      String[] column = table.texts()[c];
      var values = new TreeSet<String>();
      Arrays.stream(column).filter(java.util.Objects::nonNull).forEach(values::add);
      for (String value : values) {
        String name = table.categories().get(c);
        groups.add(group(name, value, trial, uplift, i -> value.equals(column[i])));
      }
    }
    return groups;
  }

  private static Group group(
      String column, String value, TrialSample trial, double[] uplift, IntPredicate belongs) {
    var among = new boolean[uplift.length];
    double sum = 0;
    int count = 0;
    for (int i = 0; i < among.length; i++) {
      among[i] = belongs.test(i);
      sum += among[i] ? uplift[i] : 0;
      count += among[i] ? 1 : 0;
    }
    return new Group(column, value, sum / count, AverageEffect.of(trial, among));
  }
}
