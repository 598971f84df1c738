package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.inference.Cuped;
import io.promoflow.evaluation.inference.Estimates;
import io.promoflow.evaluation.inference.Moments;
import io.promoflow.evaluation.inference.Quantile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The estimates of one metric, cell by cell.
 *
 * @param byCell estimate of each
 * @param cuped how a covariate adjusted them, where there is one
 */
record MetricGroups(Map<String, Group> byCell, Optional<Cuped> cuped) {

  /** {@code metric} is the number of the metric in the mapping. */
  static MetricGroups of(EvaluationMapping mapping, int metric, Map<String, VariantSums> cells) {
    TableMetric its = mapping.metrics().get(metric);
    Optional<Cuped> cuped =
        its.columns()
            .covariate()
            .map(column -> Cuped.of(cells.values().stream().map(c -> c.moments(metric)).toList()));
    var groups = new LinkedHashMap<String, Group>();
    cells.forEach(
        (name, cell) -> {
          Moments moments = cell.moments(metric);
          Group group =
              switch (its.kind()) {
                case MEAN, PROPORTION ->
                    cuped.map(c -> c.adjusted(moments)).orElseGet(() -> Estimates.mean(moments));
                case RATIO -> Estimates.ratio(moments);
                case QUANTILE ->
                    Quantile.of(cell.sorted(metric), its.quantile(), mapping.rules().alpha())
                        .group();
              };
          groups.put(name, group);
        });
    return new MetricGroups(groups, cuped);
  }

  List<Group> of(Collection<String> cells) {
    var groups = new ArrayList<Group>();
    cells.forEach(cell -> groups.add(byCell.get(cell)));
    return groups;
  }
}
