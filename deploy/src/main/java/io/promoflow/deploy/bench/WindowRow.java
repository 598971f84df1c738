package io.promoflow.deploy.bench;

/** What a rival computes per shopper and window. */
public record WindowRow(String shopper, long end, long views, long net, long gross) {
  static void fold(Answer answer, WindowRow row) {
    if (answer.wants(row.end())) {
      answer.add(row.shopper(), row.end(), row.views(), row.net(), row.gross());
    }
  }
}
