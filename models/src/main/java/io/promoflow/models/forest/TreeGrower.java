package io.promoflow.models.forest;

import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Sample;
import java.util.Arrays;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.common.tree.TreeModel;
import org.tribuo.dataset.DatasetView;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Grows single trees on one sample with Tribuo's CART. */
final class TreeGrower {
  static final String POSITIVE = "1";
  private static final String NEGATIVE = "0";

  private final Hyperparameters settings;
  private final MutableDataset<Label> rows;
  private final double meanWeight;
  private final float share;

  TreeGrower(Sample sample, Hyperparameters settings) {
    this.settings = settings;
    rows = dataset(sample);
    meanWeight = Arrays.stream(sample.weights()).average().orElse(1);
    share = share(settings.number(ForestTrainer.FEATURE_SHARE), sample.rows().width());
  }

  /** Grows a tree on a bag; columns are drawn by the seed. */
  TreeModel<Label> grow(Bag bag, long seed) {
    for (int row : bag.rows()) {
      rows.getExample(row).setWeight((float) (bag.weights()[row] / meanWeight));
    }
    Dataset<Label> drawn = new DatasetView<>(rows, bag.rows(), "bag");
    float leaf = (float) settings.number(ForestTrainer.MINIMUM_LEAF);
    return new CARTClassificationTrainer(
            settings.whole(ForestTrainer.DEPTH), 2 * leaf, 0, share, new SizedGini(leaf), seed)
        .train(drawn);
  }

  /** The column that the library knows by a name. */
  static int column(String name) {
    return Integer.parseInt(name);
  }

  private static MutableDataset<Label> dataset(Sample sample) {
    var labels = new LabelFactory();
    var dataset =
        new MutableDataset<>(new SimpleDataSourceProvenance("training window", labels), labels);
    int width = sample.rows().width();
    var names = new String[width];
    Arrays.setAll(names, Integer::toString);
    for (int i = 0; i < sample.size(); i++) {
      var label = new Label(sample.labels()[i] == 1 ? POSITIVE : NEGATIVE);
      dataset.add(new ArrayExample<>(label, names, sample.rows().row(i)));
    }
    return dataset;
  }

  /** Of a whole number of columns, at least one: the library would split by none. */
  private static float share(double wanted, int width) {
    return (float) (Math.max(1, Math.rint(wanted * width)) / width);
  }
}
