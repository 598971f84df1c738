package io.promoflow.models;

import io.promoflow.ingestion.schema.ModelVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/**
 * Keeps segment ids stable over retrainings: a new centroid takes the id of the former one that it
 * lies near, in the raw units of the features measured by the new model's scales. The pairing is
 * the cheapest one overall; what has no partner within reach gets an id that was never used.
 */
public final class SegmentMatcher {
  private static final String PREFIX = "s";

  /** More segments than this would make the exact pairing slow. */
  public static final int MOST_SEGMENTS = 12;

  private SegmentMatcher() {}

  /** Ids of the first segmentation, largest segment first: s1, s2 ... */
  public static List<String> fresh(int count, Collection<String> used) {
    int last =
        used.stream()
            .filter(id -> id.matches(PREFIX + "[0-9]+"))
            .mapToInt(id -> Integer.parseInt(id.substring(PREFIX.length())))
            .max()
            .orElse(0);
    var ids = new ArrayList<String>();
    for (int i = 1; i <= count; i++) {
      ids.add(PREFIX + (last + i));
    }
    return ids;
  }

  /**
   * Ids for the centroids of {@code model}, in their order.
   *
   * @param former the version before
   * @param used every id that was ever published
   * @param reach largest root mean square distance per feature of a pair, in standard deviations
   */
  public static List<String> match(
      ModelVersion model, ModelVersion former, Collection<String> used, double reach) {
    double[][] distances = distances(model, former);
    int[] partner = cheapest(distances, reach);
    var taken = new HashSet<>(used);
    taken.addAll(former.segments());
    List<String> fresh = fresh((int) Arrays.stream(partner).filter(p -> p < 0).count(), taken);
    var ids = new ArrayList<String>();
    int next = 0;
    for (int p : partner) {
      ids.add(p < 0 ? fresh.get(next++) : former.segments().get(p));
    }
    return ids;
  }

  /** Root mean square over the features that both have; infinite when they share none. */
  private static double[][] distances(ModelVersion model, ModelVersion former) {
    var distances = new double[model.centroids().length][former.centroids().length];
    for (int i = 0; i < distances.length; i++) {
      for (int j = 0; j < distances[i].length; j++) {
        distances[i][j] = distance(model, i, former, j);
      }
    }
    return distances;
  }

  private static double distance(ModelVersion model, int i, ModelVersion former, int j) {
    double sum = 0;
    int shared = 0;
    for (int f = 0; f < model.features().size(); f++) {
      int g = former.features().indexOf(model.features().get(f));
      if (g >= 0) {
        double gap = (raw(model, i, f) - raw(former, j, g)) / model.scales()[f];
        sum += gap * gap;
        shared++;
      }
    }
    return shared == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(sum / shared);
  }

  private static double raw(ModelVersion model, int centroid, int feature) {
    return model.centroids()[centroid][feature] * model.scales()[feature] + model.means()[feature];
  }

  /**
   * Partner per row, or -1: the pairing with least total cost, where being alone costs {@code
   * reach}. Dynamic programming over the sets of partners that are taken.
   */
  private static int[] cheapest(double[][] distances, double reach) {
    int rows = distances.length;
    int columns = distances[0].length;
    int sets = 1 << columns;
    var cost = new double[rows + 1][sets];
    var choice = new int[rows][sets];
    for (int row = rows - 1; row >= 0; row--) {
      for (int taken = 0; taken < sets; taken++) {
        cost[row][taken] = reach + cost[row + 1][taken];
        choice[row][taken] = -1;
        for (int column = 0; column < columns; column++) {
          boolean free = (taken & (1 << column)) == 0;
          double with =
              free && distances[row][column] <= reach
                  ? distances[row][column] + cost[row + 1][taken | (1 << column)]
                  : Double.POSITIVE_INFINITY;
          if (with < cost[row][taken]) {
            cost[row][taken] = with;
            choice[row][taken] = column;
          }
        }
      }
    }
    var partner = new int[rows];
    int taken = 0;
    for (int row = 0; row < rows; row++) {
      partner[row] = choice[row][taken];
      taken |= partner[row] < 0 ? 0 : 1 << partner[row];
    }
    return partner;
  }
}
