package io.promoflow.models.forest;

import io.promoflow.ingestion.schema.DecisionTree;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random forests (Breiman 2001): every tree on a bootstrap of the rows, every split the best of
 * some columns drawn for it. A forest has no warm start; every fit is a cold one.
 */
public final class ForestTrainer implements Trainer {
  static final String TREES = "trees";
  static final String DEPTH = "depth";
  static final String MINIMUM_LEAF = "minimum-leaf";
  static final String FEATURE_SHARE = "feature-share";

  @Override
  public String name() {
    return "random-forest";
  }

  @Override
  public Task task() {
    return Task.CLASSIFICATION;
  }

  @Override
  public String meaning() {
    return "mean of trees, each grown on a bootstrap of the rows; follows steps, bends and"
        + " interactions that a weighted sum can't";
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        Knob.whole(TREES, 50, 1, 1_000, "how many trees"),
        Knob.whole(DEPTH, 8, 1, 30, "splits from the root to a leaf, at most"),
        Knob.number(MINIMUM_LEAF, 20, 1, 1e6, "rows in a leaf at least, by weight, mean weight 1"),
        Knob.number(FEATURE_SHARE, 0.3, 0.001, 1, "share of the columns drawn for every split"));
  }

  @Override
  public Learned train(Request request) throws TrainingException, InterruptedException {
    Sample sample = request.sample();
    String refusal = refusal(sample);
    if (refusal != null) {
      throw new TrainingException(refusal);
    }
    var trees = trees(sample, request.settings(), new SplittableRandom(request.seed()));
    if (trees.stream().allMatch(tree -> tree.elements()[0] < 0)) {
      throw new TrainingException("no tree found a split: nothing in the rows tells labels apart");
    }
    return new ForestModel(trees);
  }

  private static List<DecisionTree> trees(
      Sample sample, Hyperparameters settings, SplittableRandom random)
      throws InterruptedException {
    var grower = new TreeGrower(sample, settings);
    var trees = new ArrayList<DecisionTree>();
    for (int t = 0; t < settings.whole(TREES); t++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("after " + t + " trees");
      }
      var bag = Bag.draw(sample, random);
      trees.add(TreeConversion.of(grower.grow(bag, random.nextLong()), sample, bag));
    }
    return trees;
  }

  private static String refusal(Sample sample) {
    if (!sample.rows().isFinite()) {
      return "a value is no finite number";
    }
    if (!Arrays.stream(sample.weights()).allMatch(w -> w > 0 && Double.isFinite(w))) {
      return "a weight is no positive number";
    }
    if (!Arrays.stream(sample.labels()).allMatch(label -> label == 0 || label == 1)) {
      return "a label is neither 0 nor 1";
    }
    return Arrays.stream(sample.labels()).distinct().count() < 2
        ? "there are no rows of both labels"
        : null;
  }
}
