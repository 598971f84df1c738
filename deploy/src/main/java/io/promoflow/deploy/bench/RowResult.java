package io.promoflow.deploy.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The pairs of one row.
 *
 * @param ours result of every pair that counts
 * @param rival the same
 * @param limit the physical limit, where there is one
 */
record RowResult(
    BenchRow row,
    String rivalConfiguration,
    List<SideResult> ours,
    List<SideResult> rival,
    OptionalDouble limit) {

  List<Double> ratios() {
    return IntStream.range(0, ours.size())
        .mapToObj(i -> ours.get(i).figure() / rival.get(i).figure())
        .toList();
  }

  double median() {
    return PairStatistics.median(ratios());
  }

  double secondWorst() {
    return PairStatistics.secondWorst(ratios(), row.bar().largerIsBetter());
  }

  boolean sameAnswer() {
    return IntStream.range(0, ours.size()).allMatch(i -> row.sameAnswer(ours.get(i), rival.get(i)))
        && (!row.sameInput()
            || ours.stream().allMatch(result -> result.checksum().equals(ours.get(0).checksum())));
  }

  /** Whether it is no reason to fail. */
  boolean passes() {
    return sameAnswer() && !row.bar().fails(secondWorst());
  }

  String verdict() {
    if (!sameAnswer()) {
      return "ANSWERS DIFFER";
    }
    return row.bar().holds(secondWorst()) ? "holds" : row.bar().goal() ? "not yet" : "MISSED";
  }

  /** The fields of reports; without the same answer there is no ratio. */
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", row.name());
    json.put("unit", row.unit());
    json.put("ours", medianOf(ours));
    json.put("rival", medianOf(rival));
    json.put("rivalName", row.rivalName());
    json.put("rivalConfiguration", rivalConfiguration);
    limit.ifPresent(value -> json.put("limit", value));
    row.limitName().ifPresent(name -> json.put("limitName", name));
    if (sameAnswer()) {
      json.put("ratios", ratios());
      json.put("median", median());
      json.put("secondSmallest", secondWorst());
    }
    json.put("bar", row.bar().text());
    json.put("holds", sameAnswer() && row.bar().holds(secondWorst()));
    json.put("sameAnswer", sameAnswer());
    json.put("oursCpuSeconds", ours.stream().map(SideResult::cpuSeconds).toList());
    json.put("rivalCpuSeconds", rival.stream().map(SideResult::cpuSeconds).toList());
    json.put("oursDetails", ours.get(0).more());
    json.put("rivalDetails", rival.get(0).more());
    return json;
  }

  static double medianOf(List<SideResult> results) {
    return PairStatistics.median(results.stream().map(SideResult::figure).toList());
  }
}
