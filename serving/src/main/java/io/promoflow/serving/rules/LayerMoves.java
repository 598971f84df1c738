package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.serving.LayerPlaces;
import io.promoflow.serving.LayerPlaces.Move;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** Which shoppers of each layer a change of the rules moves, for people. */
final class LayerMoves {
  private static final double PERCENT = 100;

  private LayerMoves() {}

  /** A line per layer in which somebody moves, with one for each who gives and takes below it. */
  static List<String> between(List<Experiment> live, List<Experiment> planned) {
    var layers = new LinkedHashSet<>(LayerPlaces.layers(live));
    layers.addAll(LayerPlaces.layers(planned));
    var lines = new ArrayList<String>();
    for (String layer : layers) {
      List<Move> moves = LayerPlaces.moves(layer, live, planned);
      if (!moves.isEmpty()) {
        double all = moves.stream().mapToDouble(Move::share).sum();
        lines.add("~ layer %s: %s of the shoppers move".formatted(layer, percent(all)));
        moves.forEach(move -> lines.add("    " + inWords(move)));
      }
    }
    return lines;
  }

  private static String inWords(Move move) {
    String ofGiver =
        move.from().isEmpty() ? "" : ", %s of its shoppers".formatted(percent(move.ofGiver()));
    return "%s from %s to %s%s"
        .formatted(number("0.####", move.share()), name(move.from()), name(move.to()), ofGiver);
  }

  private static String name(String experiment) {
    return experiment.isEmpty() ? "nobody" : experiment;
  }

  private static String percent(double share) {
    return number("0.##", share * PERCENT) + " %";
  }

  private static String number(String pattern, double value) {
    return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
  }
}
