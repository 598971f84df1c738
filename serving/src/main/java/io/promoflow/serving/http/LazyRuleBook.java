package io.promoflow.serving.http;

import io.promoflow.serving.rules.RuleBook;
import java.util.function.Supplier;

/** Opens the rule book when somebody changes rules for the first time. */
final class LazyRuleBook implements Supplier<RuleBook>, AutoCloseable {
  private final Supplier<RuleBook> opener;
  private RuleBook book;

  LazyRuleBook(Supplier<RuleBook> opener) {
    this.opener = opener;
  }

  @Override
  public synchronized RuleBook get() {
    if (book == null) {
      book = opener.get();
    }
    return book;
  }

  @Override
  public synchronized void close() {
    if (book != null) {
      book.close();
    }
  }
}
